import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { sealContact, type ContactKind } from "./account-contacts.server";

interface Wanted {
  kind: ContactKind;
  value: string;
  role: string;
  language: string | null;
}

/**
 * Makes these, in this order, the account's ways to be reached. One that stays keeps its row, so that what was sent to it is known.
 *
 * @returns whether anything is different now
 */
export async function saveContacts(tx: Tx, crypto: Deps["crypto"], accountId: string, wanted: readonly Wanted[], at: DateTime): Promise<boolean> {
  const rows = wanted.map(({ kind, value, role, language }, position) => ({ ...sealContact(crypto, kind, value), role, language, position }));
  const told = JSON.stringify(rows.map((row) => ({ id: newId(), kind: row.kind, lookup_hash: row.lookupHash, sealed: row.sealed, role: row.role, language: row.language, position: row.position })));
  const gone = await tx.$executeRaw`
    DELETE FROM account_contact k WHERE k.account_id = ${accountId}::uuid
       AND (k.kind::text, k.lookup_hash) NOT IN (SELECT t.kind, t.lookup_hash FROM json_to_recordset(${told}::json) AS t(kind text, lookup_hash text))`;
  const moved = await tx.$executeRaw`
    UPDATE account_contact k SET role = t.role, language = t.language, position = t.position
      FROM json_to_recordset(${told}::json) AS t(kind text, lookup_hash text, role text, language text, position int)
     WHERE k.account_id = ${accountId}::uuid AND k.kind::text = t.kind AND k.lookup_hash = t.lookup_hash AND (k.role, k.language, k.position) IS DISTINCT FROM (t.role, t.language, t.position)`;
  const came = await tx.$executeRaw`
    INSERT INTO account_contact (id, account_id, kind, role, language, sealed, lookup_hash, position, created_at)
    SELECT t.id, ${accountId}::uuid, t.kind::contact_point_kind, t.role, t.language, t.sealed, t.lookup_hash, t.position, ${at.toJSDate()}
      FROM json_to_recordset(${told}::json) AS t(id uuid, kind text, role text, language text, sealed text, lookup_hash text, position int)
    ON CONFLICT (account_id, kind, lookup_hash) DO NOTHING`;
  return gone + moved + came > 0;
}

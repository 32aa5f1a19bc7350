import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { stageOutbox } from "~/infra/outbox.server";
import { identifierKinds, type IdentifierKind } from "./identifier";
import { identifiersIn, kindsToldWhole, type ToldIdentifiers } from "./identifiers-told";

/**
 * Keeps what an account can share with others and asks for it to be compared with them once this is committed. What
 * the platform lists no more is kept with the day it went: who evades an action changes such things first.
 *
 * @returns the kinds in which something is different now
 */
export async function keepIdentifiers(tx: Tx, { crypto }: Pick<Deps, "crypto">, accountId: string, told: ToldIdentifiers, at: DateTime): Promise<IdentifierKind[]> {
  const listed = identifiersIn(told).map(({ kind, value, hint }) => ({ kind, lookup_hash: crypto.lookup(value, kind), hint }));
  const when = at.toJSDate();
  const came = await tx.$queryRaw<{ kind: IdentifierKind }[]>`
    INSERT INTO account_identifier AS i (platform_id, account_id, kind, lookup_hash, hint, first_told_at)
    SELECT a.platform_id, a.id, l.kind, l.lookup_hash, l.hint, ${when}
      FROM json_to_recordset(${JSON.stringify(listed)}::json) AS l(kind identifier_kind, lookup_hash text, hint text)
      JOIN account a ON a.id = ${accountId}::uuid
     ORDER BY l.kind, l.lookup_hash
    ON CONFLICT (account_id, kind, lookup_hash) DO UPDATE SET gone_at = NULL, hint = excluded.hint WHERE i.gone_at IS NOT NULL
    RETURNING kind`;
  const went = await tx.$queryRaw<{ kind: IdentifierKind }[]>`
    UPDATE account_identifier SET gone_at = ${when}
     WHERE account_id = ${accountId}::uuid AND gone_at IS NULL AND kind = ANY(${kindsToldWhole(told)}::identifier_kind[])
       AND (kind::text, lookup_hash) NOT IN (SELECT kind, lookup_hash FROM json_to_recordset(${JSON.stringify(listed)}::json) AS l(kind text, lookup_hash text))
    RETURNING kind`;
  if (came.length > 0) await stageOutbox(tx, { topic: "account.identified", payload: { accountId }, at });
  const changed = new Set([...came, ...went].map(({ kind }) => kind));
  return identifierKinds.filter((kind) => changed.has(kind));
}

import type { Pool } from "pg";
import type { Tx } from "~/infra/db.server";
import type { MailRole, MailSource } from "./received-mail";

/** A mail with everything that is written beside its row. */
export interface NewMail {
  id: string;
  platformId: string;
  source: MailSource;
  role: MailRole;
  recipients: string[];
  refersTo: string | null;
  envelopeSealed: string;
  senderHash: string | null;
  sha256: string;
  size: number;
  /** Its sealed bytes; null: they lie in the file store. */
  spooled: Buffer | null;
  receivedAt: string;
  dedupeKey: string;
  /** Ids of the original, of its first custody entry, of the audit entry and of the outbox row. */
  fileId: string;
  custodyId: string;
  auditId: string;
  outboxId: string;
  auditBody: string;
}

/**
 * One statement: the row, its original with the first link of its chain of custody, the audit entry and what has to be done
 * next. A mail that is known by its dedupe key leaves nothing. Sorted, so that two batches never hold what the other wants.
 * Originals are called by when they came and by the end of the mail's id, so that copies of one mail are told apart.
 * The sealed bytes of all of them come as one value, for in JSON they would have to be spelt out.
 */
const insert = `
  WITH brought AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS m (id uuid, "platformId" uuid, source mail_source, role mail_role, recipients text[], "refersTo" text, "envelopeSealed" text, "senderHash" text,
            sha256 text, size int, "spoolFrom" int, "spoolBytes" int, "receivedAt" timestamptz, "dedupeKey" text, "fileId" uuid, "custodyId" uuid, "auditId" uuid, "outboxId" uuid, "auditBody" text)
  ), fresh AS (
    INSERT INTO received_mail (id, platform_id, source, role, recipients, refers_to, envelope_sealed, sender_hash, sha256, size, spooled, received_at, dedupe_key)
    SELECT id, "platformId", source, role, recipients, "refersTo", "envelopeSealed", "senderHash", sha256, size, substring($2::bytea FROM "spoolFrom" FOR "spoolBytes"), "receivedAt", "dedupeKey"
      FROM brought ORDER BY "platformId", "dedupeKey", id
        ON CONFLICT (platform_id, dedupe_key) DO NOTHING
    RETURNING id
  ), new AS MATERIALIZED (
    SELECT b.* FROM brought b JOIN fresh USING (id)
  ), files AS (
    INSERT INTO evidence_file (id, mail_id, sha256, size, media_type, file_name, uploaded_at)
    SELECT "fileId", id, sha256, size, 'message/rfc822', 'message-' || to_char("receivedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD-HH24MI') || '-' || right(id::text, 4) || '.eml', "receivedAt" FROM new
  ), custody AS (
    INSERT INTO evidence_custody (id, evidence_file_id, at, step, actor_kind, actor_id, sha256)
    SELECT "custodyId", "fileId", "receivedAt", 'received', 'public', NULL, sha256 FROM new
  ), audit AS (
    INSERT INTO audit_entry (id, at, type, actor_kind, actor_id, platform_id, account_id, case_id, body)
    SELECT "auditId", "receivedAt", 'mail.received', 'public', NULL, "platformId", NULL, NULL, "auditBody" FROM new
  ), outbox AS (
    INSERT INTO outbox_message (id, topic, payload, created_at, available_at)
    SELECT "outboxId", 'mail.received', jsonb_build_object('mailId', id), "receivedAt", "receivedAt" FROM new
  )
  SELECT id::text AS id FROM fresh`;

/** @returns the ids of those that were new, once all of it is on disk */
export async function insertMails(pool: Pool, mails: readonly NewMail[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({ name: "mail.insert", text: insert, values: valuesOf(mails) });
  return new Set(rows.map(({ id }) => id));
}

/** The same within a transaction of the caller's. @returns whether it was new */
export async function insertMailIn(tx: Tx, mail: NewMail): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(insert, ...valuesOf([mail]));
  return rows.length > 0;
}

function valuesOf(mails: readonly NewMail[]): [json: string, spooled: Buffer] {
  let spoolFrom = 1;
  const rows = mails.map(({ spooled, ...mail }) => {
    if (!spooled) return mail;
    const row = { ...mail, spoolFrom, spoolBytes: spooled.length };
    spoolFrom += spooled.length;
    return row;
  });
  return [JSON.stringify(rows), Buffer.concat(mails.flatMap(({ spooled }) => spooled ?? []))];
}

import type { DateTime } from "luxon";
import { createHash } from "node:crypto";
import type { PoolClient } from "pg";
import type { FieldCrypto } from "~/infra/crypto.server";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { messageIdOf } from "../../notices/notice";
import { clauseChanges, realChanges } from "../policy-changes";
import { clauseTextSchema, policyContentSchema, type ClauseText } from "../policy-content";
import { proofFormat, type ProofAccount, type ProofHead, type RecipientState } from "./proof";

/** For so long a reader may stand still: nothing that changes meanwhile can be cleaned away, and the connection serves nobody else. */
const readerPatienceMs = 60_000;

/** One look at a campaign: everything read through it is of the same instant, however long that takes. */
export interface OpenProof {
  head: ProofHead;
  policyCode: string;
  number: number;
  platformId: string;
  /** Every account of the audience in the order of its id, read anew each time. */
  accounts(): AsyncGenerator<ProofAccount>;
  /** The database took the connection back: nobody had read for too long, or it is away. */
  whenLost(tell: (error: Error) => void): void;
  close(): Promise<void>;
}

/** @returns null when there is no such campaign, or it was never started; close what is returned */
export async function openProof({ db, crypto, clock }: Pick<Deps, "db" | "crypto" | "clock">, campaignId: string, patienceMs = readerPatienceMs): Promise<OpenProof | null> {
  const client = await poolOf(db).connect();
  let open = true;
  const close = async (): Promise<void> => {
    if (!open) return;
    open = false;
    // A connection that cannot end its transaction is not given back.
    await client.query("ROLLBACK").then(() => client.release(), (error: Error) => client.release(error));
    client.removeListener("error", lost);
  };
  let tell = (_error: Error): void => undefined;
  const lost = (error: Error): void => tell(error);
  client.on("error", lost);
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${patienceMs}`);
    const found = await headOf(client, campaignId, clock());
    if (!found) {
      await close();
      return null;
    }
    return { ...found, accounts: () => accountsOf(client, crypto, campaignId, found.fromAddress), whenLost: (told) => void (tell = told), close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface HeadRow {
  platform_id: string;
  platform_key: string;
  platform_name: string;
  zone: string;
  lead: number;
  policy_id: string;
  code: string;
  title: string;
  version_id: string;
  number: number;
  version_state: string;
  summary: string;
  effective_from: Date;
  posted: unknown;
  state: string;
  effective_day: string;
  started_at: Date | null;
  snapshot_at: Date | null;
  from_address: string | null;
  required_by_law: string | null;
  law_asked_by_id: string | null;
  law_agreed_by_id: string | null;
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What the campaign told of, as it was posted: a version that was called off is a draft again, with another text under another number. */
async function headOf(client: PoolClient, campaignId: string, now: DateTime): Promise<(Pick<OpenProof, "head" | "policyCode" | "number" | "platformId"> & { fromAddress: string }) | null> {
  const { rows } = await client.query<HeadRow>(
    `SELECT p.id AS platform_id, p.key AS platform_key, p.name AS platform_name, p.zone, p.policy_notice_lead_days AS lead, y.id AS policy_id, y.code, y.title, v.id AS version_id, n.number,
            CASE WHEN c.state = 'stopped' THEN 'called_off' ELSE v.state::text END AS version_state, coalesce(o.summary, v.summary) AS summary, o.content AS posted,
            coalesce(CASE WHEN c.state <> 'stopped' THEN v.effective_from END, c.effective_day::timestamp AT TIME ZONE p.zone) AS effective_from, c.state::text AS state, c.effective_day::text AS effective_day, c.started_at, c.snapshot_at, c.from_address, c.required_by_law, c.law_asked_by_id, c.law_agreed_by_id
       FROM policy_notice_campaign c JOIN platform p ON p.id = c.platform_id JOIN policy_version v ON v.id = c.policy_version_id JOIN policy y ON y.id = v.policy_id
       JOIN policy_notice_announced n ON n.campaign_id = c.id LEFT JOIN policy_posting o ON o.id = n.posting_id
      WHERE c.id = $1 AND c.started_at IS NOT NULL`,
    [campaignId],
  );
  const row = rows[0];
  if (!row) return null;
  const before = await client.query<{ id: string; number: number }>("SELECT id, number FROM policy_version WHERE policy_id = $1 AND number < $2 AND state IN ('in_force', 'superseded') ORDER BY number DESC LIMIT 1", [row.policy_id, row.number]);
  const was = before.rows[0] ? await clausesOf(client, before.rows[0].id) : [];
  const is = row.posted ? policyContentSchema.parse(row.posted).clauses : await clausesOf(client, row.version_id);
  const texts = await client.query<{ language: string; day: string; subject: string; text: string; html: string }>("SELECT language, effective_day::text AS day, subject, text, html FROM policy_notice_text WHERE campaign_id = $1 ORDER BY language, effective_day", [campaignId]);
  const head: ProofHead = {
    format: proofFormat,
    madeAt: now.toUTC().toISO()!,
    platform: { key: row.platform_key, name: row.platform_name, zone: row.zone, leadDays: row.lead },
    policy: { code: row.code, title: row.title },
    version: { number: row.number, before: before.rows[0]?.number ?? null, state: row.version_state, summary: row.summary, effectiveFrom: row.effective_from.toISOString() },
    campaign: { id: campaignId, state: row.state, effectiveDay: row.effective_day, startedAt: iso(row.started_at), snapshotAt: iso(row.snapshot_at) },
    requiredByLaw: row.required_by_law !== null && row.law_asked_by_id && row.law_agreed_by_id ? { reason: row.required_by_law, askedBy: row.law_asked_by_id, agreedBy: row.law_agreed_by_id } : null,
    texts: texts.rows.map(({ language, day, subject, text, html }) => ({ language, effectiveDay: day, subject, text, htmlSha256: createHash("sha256").update(html).digest("hex") })),
    clauses: { before: was, after: is, changes: realChanges(clauseChanges(was, is)) },
  };
  return { head, policyCode: row.code, number: row.number, platformId: row.platform_id, fromAddress: row.from_address ?? "" };
}

const clausesOf = async (client: PoolClient, versionId: string): Promise<ClauseText[]> =>
  (
    await client.query<Record<string, unknown>>(
      `SELECT c.code, c.area, cv.section, cv.title, cv.title_es AS "titleEs", cv.body, cv.body_es AS "bodyEs", cv.severity::text AS severity, cv.report_label AS "reportLabel"
         FROM clause_version cv JOIN clause c ON c.id = cv.clause_id WHERE cv.policy_version_id = $1 ORDER BY cv.position, cv.id`,
      [versionId],
    )
  ).rows.map((row) => clauseTextSchema.parse(row));

interface AccountRow {
  id: string;
  account: string;
  state: RecipientState;
  joined_at: Date | null;
  notified_at: Date | null;
  by_message: string | null;
  told_at: Date | null;
  settled_how: string | null;
  read_at: Date | null;
}

interface MessageRow {
  id: string;
  account_id: string;
  language: string;
  text_day: string | null;
  address_sealed: string | null;
  state: string;
  attempts: number;
  smtp_reply: string | null;
  handed_over_at: Date | null;
}

const pageSize = 1_000;

async function* accountsOf(client: PoolClient, crypto: FieldCrypto, campaignId: string, from: string): AsyncGenerator<ProofAccount> {
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const { rows } = await client.query<AccountRow>({
      name: "policy-proof-accounts",
      text: `SELECT r.account_id AS id, a.external_id AS account, r.state::text AS state, r.joined_at, r.notified_at, r.notified_by_message_id AS by_message, r.told_at, r.settled_how, r.read_at
               FROM policy_notice_recipient r JOIN account a ON a.id = r.account_id WHERE r.campaign_id = $1 AND r.account_id > $2 ORDER BY r.account_id LIMIT ${pageSize}`,
      values: [campaignId, after],
    });
    const last = rows.at(-1);
    if (!last) return;
    const messages = await client.query<MessageRow>({
      name: "policy-proof-messages",
      text: `SELECT id, account_id, language, text_day::text, address_sealed, state::text AS state, attempts, smtp_reply, handed_over_at
               FROM policy_notice_message WHERE campaign_id = $1 AND account_id > $2 AND account_id <= $3 ORDER BY account_id, position, id`,
      values: [campaignId, after, last.id],
    });
    const sent = new Map<string, MessageRow[]>();
    for (const message of messages.rows) sent.set(message.account_id, [...(sent.get(message.account_id) ?? []), message]);
    for (const row of rows) yield told(row, sent.get(row.id) ?? [], crypto, from);
    after = last.id;
    if (rows.length < pageSize) return;
  }
}

/** Told by a mail that was accepted, or else by the person who recorded it; the first counts. */
function told({ id, account, state, joined_at, notified_at, by_message, told_at, settled_how, read_at }: AccountRow, messages: readonly MessageRow[], crypto: FieldCrypto, from: string): ProofAccount {
  const byMail = state === "notified" && notified_at !== null && by_message !== null;
  const byPerson = !byMail && state !== "dropped" && told_at !== null;
  return {
    id,
    account,
    state: byMail || byPerson ? "notified" : state,
    joined: joined_at !== null,
    notifiedAt: iso(byMail ? notified_at : byPerson ? told_at : null),
    how: byMail ? "mail" : byPerson ? "person" : null,
    messageId: byMail ? messageIdOf(by_message, from) : null,
    settledHow: settled_how,
    readAt: iso(read_at),
    messages: messages.map((message) => ({
      messageId: messageIdOf(message.id, from),
      language: message.language,
      textDay: message.text_day,
      address: message.address_sealed && crypto.open(message.address_sealed, "account.email"),
      state: message.state,
      attempts: message.attempts,
      smtpReply: message.smtp_reply,
      handedOverAt: iso(message.handed_over_at),
    })),
  };
}

import type { DateTime } from "luxon";
import type { Locale } from "#emails/locale";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { NoticeState } from "../notice";
import { domainOf } from "./campaign-mail.server";
import { languageFor } from "./compose-campaign";
import { nextContact, type ContactPoint, type TriedMessage } from "./next-contact";

/** Why a message failed that was never sent: its address is no longer the account's. */
export const takenBack = "the account took this address back";

interface ContactRow extends ContactPoint {
  accountId: string;
  language: string;
  sealed: string;
  businessName: string;
}

export interface Written {
  messages: number;
  unreachable: number;
}

/**
 * Chooses a contact for each of these recipients, whose rows the caller has locked, and stages its message; who has none left becomes a
 * task for a person. The address stays sealed as the account keeps it; only its domain is read.
 */
export async function writeMessages(tx: Tx, deps: Pick<Deps, "crypto">, campaignId: string, accountIds: readonly string[], at: DateTime): Promise<Written> {
  if (accountIds.length === 0) return { messages: 0, unreachable: 0 };
  const ids = [...accountIds];
  const spoken = (await tx.policyNoticeText.findMany({ where: { campaignId }, distinct: ["language"], select: { language: true } })).map(({ language }) => language as Locale);
  const contacts = grouped(await tx.$queryRaw<ContactRow[]>`
    SELECT k.account_id AS "accountId", k.id, k.role, k.position, k.lookup_hash AS "addressHash", coalesce(k.language, a.language) AS language, k.sealed, a.business_name AS "businessName"
      FROM account_contact k JOIN account a ON a.id = k.account_id WHERE k.account_id = ANY(${ids}::uuid[]) AND k.kind = 'email'`);
  const tried = grouped(await tx.$queryRaw<(TriedMessage & { accountId: string; state: NoticeState })[]>`
    SELECT m.account_id AS "accountId", m.id, m.contact_id AS "contactId", m.address_hash AS "addressHash", m.state::text AS state, coalesce(m.last_error = ${takenBack}, false) AND m.state = 'failed' AS "takenBack"
      FROM policy_notice_message m WHERE m.campaign_id = ${campaignId}::uuid AND m.account_id = ANY(${ids}::uuid[])`);
  const written = [];
  const [woken, told, lost, settled]: [string[], string[], string[], string[]] = [[], [], [], []];
  for (const accountId of ids) {
    const own = contacts.get(accountId) ?? [];
    const next = nextContact(own, tried.get(accountId) ?? []);
    if (next.step === "write") {
      const row = own.find(({ id }) => id === next.contact.id)!;
      written.push({ id: newId(), accountId, contactId: row.id, position: next.position, language: languageFor(row.language, spoken), domain: domainOf(deps.crypto.open(row.sealed, "account.email")), sealed: row.sealed, hash: row.addressHash, addressee: row.businessName });
    } else if (next.step === "wake") woken.push(next.messageId);
    else if (next.step === "told") told.push(next.messageId);
    if (next.step === "unreachable") lost.push(accountId);
    else settled.push(accountId);
  }
  const when = at.toJSDate();
  if (written.length > 0) {
    await tx.$executeRaw`
      INSERT INTO policy_notice_message (id, campaign_id, account_id, contact_id, position, language, domain, address_sealed, address_hash, addressee, created_at, due_at)
      SELECT id, ${campaignId}::uuid, account_id, contact_id, position, language, domain, sealed, hash, addressee, ${when}, ${when}
        FROM unnest(${written.map((w) => w.id)}::uuid[], ${written.map((w) => w.accountId)}::uuid[], ${written.map((w) => w.contactId)}::uuid[], ${written.map((w) => w.position)}::int[],
          ${written.map((w) => w.language)}::text[], ${written.map((w) => w.domain)}::text[], ${written.map((w) => w.sealed)}::text[], ${written.map((w) => w.hash)}::text[], ${written.map((w) => w.addressee)}::text[])
          AS new(id, account_id, contact_id, position, language, domain, sealed, hash, addressee)`;
    await tx.$executeRaw`
      INSERT INTO policy_notice_domain (campaign_id, domain, messages, free_at)
      SELECT ${campaignId}::uuid, domain, count(*)::int, ${when} FROM unnest(${written.map((w) => w.domain)}::text[]) AS of(domain) GROUP BY domain ORDER BY domain
      ON CONFLICT (campaign_id, domain) DO UPDATE SET messages = policy_notice_domain.messages + excluded.messages`;
  }
  if (woken.length > 0) await tx.$executeRaw`UPDATE policy_notice_message SET due_at = ${when}, has_turn = false WHERE id = ANY(${woken}::uuid[]) AND state = 'queued'`;
  if (told.length > 0)
    await tx.$executeRaw`
      UPDATE policy_notice_recipient r SET state = 'notified', notified_at = m.handed_over_at, notified_by_message_id = m.id FROM policy_notice_message m
       WHERE m.id = ANY(${told}::uuid[]) AND m.state IN ('handed_over', 'delivered') AND r.campaign_id = m.campaign_id AND r.account_id = m.account_id AND r.state = 'waiting'`;
  if (settled.length > 0) await tx.$executeRaw`UPDATE policy_notice_recipient SET choose_at = NULL WHERE campaign_id = ${campaignId}::uuid AND account_id = ANY(${settled}::uuid[]) AND choose_at IS NOT NULL`;
  if (lost.length > 0)
    await tx.$executeRaw`UPDATE policy_notice_recipient SET state = 'unreachable', unreachable_at = ${when}, choose_at = NULL WHERE campaign_id = ${campaignId}::uuid AND account_id = ANY(${lost}::uuid[]) AND state = 'waiting'`;
  return { messages: written.length + woken.length, unreachable: lost.length };
}

function grouped<Row extends { accountId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const by = new Map<string, Row[]>();
  for (const row of rows) {
    const of = by.get(row.accountId);
    if (of) of.push(row);
    else by.set(row.accountId, [row]);
  }
  return by;
}

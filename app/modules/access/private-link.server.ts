import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { signLink, verifyLink } from "~/infra/signed-link.server";

/** What a private link opens: one report, one account's standing (where appeals are filed too), what a reporter was told about their reporting, or an appeal a person still matches. */
export type LinkSubject =
  | { purpose: "report_status"; reportId: string }
  | { purpose: "account_standing"; accountId: string }
  | { purpose: "reporter_standing"; reporterId: string }
  | { purpose: "sender_health"; accountId: string }
  | { purpose: "appeal_status"; unmatchedAppealId: string };

const paths = { report_status: "status", account_standing: "standing", reporter_standing: "reporting", sender_health: "sending", appeal_status: "appeal" } as const satisfies Record<LinkSubject["purpose"], string>;

/** The column that names the subject of each kind of link. */
const columns = { report_status: "reportId", account_standing: "accountId", reporter_standing: "reporterId", sender_health: "accountId", appeal_status: "unmatchedAppealId" } as const satisfies Record<LinkSubject["purpose"], string>;

const urlOf = (deps: Pick<Deps, "config">, purpose: LinkSubject["purpose"], token: string): string =>
  `${deps.config.publicUrl}/${paths[purpose]}/${token}`;

/** The address of the link as a preview shows it: the key to the page is for the person concerned alone. */
export const maskedLink = (deps: Pick<Deps, "config">, purpose: LinkSubject["purpose"]): string => urlOf(deps, purpose, maskedToken);
export const maskedToken = "only-in-the-message";

/**
 * The private link of a report or an account: the one that stands, or a new one. Whoever holds it needs no password,
 * so it goes only into mail to the person concerned and onto the page that answers their own form.
 */
export async function privateLink(tx: Tx, deps: Pick<Deps, "config" | "crypto">, subject: LinkSubject, now: DateTime): Promise<string> {
  const [link] = await privateLinks(tx, deps, [subject], now);
  return link!;
}

/** The private links of many different subjects, in their order, by one statement. */
export async function privateLinks(tx: Tx, deps: Pick<Deps, "config" | "crypto">, subjects: readonly LinkSubject[], now: DateTime): Promise<string[]> {
  if (subjects.length === 0) return [];
  const wanted = subjects.map((subject) => ({ id: newId(), ...subject }));
  const at = now.toJSDate();
  const rows = await tx.$queryRaw<{ wanted: string; id: string }[]>`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS w (id uuid, purpose link_purpose, "reportId" uuid, "accountId" uuid, "reporterId" uuid, "unmatchedAppealId" uuid)),
    standing AS (
      SELECT w.id AS wanted, newest.id
        FROM wanted w CROSS JOIN LATERAL (
          SELECT l.id FROM (
            SELECT * FROM access_link WHERE report_id = w."reportId"
            UNION ALL SELECT * FROM access_link WHERE account_id = w."accountId"
            UNION ALL SELECT * FROM access_link WHERE reporter_id = w."reporterId"
            UNION ALL SELECT * FROM access_link WHERE unmatched_appeal_id = w."unmatchedAppealId") l
           WHERE l.purpose = w.purpose AND l.revoked_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > ${at})
           ORDER BY l.created_at DESC LIMIT 1) newest),
    made AS (
      INSERT INTO access_link (id, purpose, report_id, account_id, reporter_id, unmatched_appeal_id, created_at)
      SELECT id, purpose, "reportId", "accountId", "reporterId", "unmatchedAppealId", ${at} FROM wanted WHERE id NOT IN (SELECT wanted FROM standing)
      RETURNING id)
    SELECT wanted, id FROM standing UNION ALL SELECT id, id FROM made`;
  const ids = new Map(rows.map((row) => [row.wanted, row.id]));
  return wanted.map(({ id, purpose }) => urlOf(deps, purpose, signLink(deps.crypto, purpose, ids.get(id)!)));
}

/** The private links of many reports, by report. */
export const reportLinks = (tx: Tx, deps: Pick<Deps, "config" | "crypto">, reportIds: readonly string[], now: DateTime): Promise<Map<string, string>> =>
  linksById(tx, deps, reportIds, (reportId) => ({ purpose: "report_status", reportId }), now);

/** The private links of many accounts, by account. */
export const accountLinks = (tx: Tx, deps: Pick<Deps, "config" | "crypto">, accountIds: readonly string[], now: DateTime): Promise<Map<string, string>> =>
  linksById(tx, deps, accountIds, (accountId) => ({ purpose: "account_standing", accountId }), now);

async function linksById(
  tx: Tx,
  deps: Pick<Deps, "config" | "crypto">,
  ids: readonly string[],
  subjectOfId: (id: string) => LinkSubject,
  now: DateTime,
): Promise<Map<string, string>> {
  const different = [...new Set(ids)];
  const links = await privateLinks(tx, deps, different.map(subjectOfId), now);
  return new Map(different.map((id, index) => [id, links[index]!]));
}

/** A private link that ends by itself; each call makes a new one, and those before it go on until they end. */
export async function expiringLink(tx: Tx, deps: Pick<Deps, "config" | "crypto">, subject: LinkSubject, { now, expiresAt }: { now: DateTime; expiresAt: DateTime }): Promise<string> {
  const id = newId();
  await tx.accessLink.create({ data: { id, ...subject, createdAt: now.toJSDate(), expiresAt: expiresAt.toJSDate() } });
  return urlOf(deps, subject.purpose, signLink(deps.crypto, subject.purpose, id));
}

/** Every link of that kind to an account opens nothing from now on. @returns how many did until now */
export async function revokeAccountLinks(tx: Tx, { purpose, accountId }: { purpose: "sender_health"; accountId: string }, now: DateTime): Promise<number> {
  const at = now.toJSDate();
  const { count } = await tx.accessLink.updateMany({ where: { purpose, accountId, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] }, data: { revokedAt: at } });
  return count;
}

/** What the bearer of a token may see now, or null: never signed here, for another purpose, expired or revoked. */
export async function openPrivateLink<Purpose extends LinkSubject["purpose"]>(
  deps: Pick<Deps, "db" | "crypto" | "clock">,
  purpose: Purpose,
  token: string,
): Promise<Extract<LinkSubject, { purpose: Purpose }> | null> {
  const id = verifyLink(deps.crypto, purpose, token);
  if (!id) return null;
  const link = await deps.db.accessLink.findUnique({ where: { id } });
  if (!link || link.purpose !== purpose || link.revokedAt) return null;
  if (link.expiresAt && DateTime.fromJSDate(link.expiresAt) <= deps.clock()) return null;
  return { purpose, [columns[purpose]]: link[columns[purpose]] } as unknown as Extract<LinkSubject, { purpose: Purpose }>;
}

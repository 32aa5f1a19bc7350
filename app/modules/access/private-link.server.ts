import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { signLink, verifyLink } from "~/infra/signed-link.server";

/** What a private link opens: one report, one account's standing (where appeals are filed too), or what a reporter was told about their reporting. */
export type LinkSubject = { purpose: "report_status"; reportId: string } | { purpose: "account_standing"; accountId: string } | { purpose: "reporter_standing"; reporterId: string };

const paths = { report_status: "status", account_standing: "standing", reporter_standing: "reporting" } as const satisfies Record<LinkSubject["purpose"], string>;

const urlOf = (deps: Pick<Deps, "config">, purpose: LinkSubject["purpose"], token: string): string =>
  `${deps.config.publicUrl}/${paths[purpose]}/${token}`;

/** The columns of a link that name its subject. */
function subjectOf(subject: LinkSubject) {
  const { purpose } = subject;
  if (purpose === "report_status") return { purpose, reportId: subject.reportId };
  return purpose === "account_standing" ? { purpose, accountId: subject.accountId } : { purpose, reporterId: subject.reporterId };
}

/** The address of the link as a preview shows it: the key to the page is for the person concerned alone. */
export const maskedLink = (deps: Pick<Deps, "config">, purpose: LinkSubject["purpose"]): string => urlOf(deps, purpose, maskedToken);
export const maskedToken = "only-in-the-message";

/**
 * The private link of a report or an account: the one that stands, or a new one. Whoever holds it needs no password,
 * so it goes only into mail to the person concerned and onto the page that answers their own form.
 */
export async function privateLink(tx: Tx, deps: Pick<Deps, "config" | "crypto">, subject: LinkSubject, now: DateTime): Promise<string> {
  const standing = await tx.accessLink.findFirst({
    where: { ...subjectOf(subject), revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now.toJSDate() } }] },
    orderBy: { createdAt: "desc" },
    select: { id: true },
  });
  const id = standing?.id ?? newId();
  if (!standing) await tx.accessLink.createMany({ data: { id, ...subjectOf(subject), createdAt: now.toJSDate() } });
  return urlOf(deps, subject.purpose, signLink(deps.crypto, subject.purpose, id));
}

/** The private links of many reports, as {@link privateLink} gives them one by one. */
export async function reportLinks(tx: Tx, deps: Pick<Deps, "config" | "crypto">, reportIds: readonly string[], now: DateTime): Promise<Map<string, string>> {
  if (reportIds.length === 0) return new Map();
  const standing = await tx.accessLink.findMany({
    where: { purpose: "report_status", reportId: { in: [...reportIds] }, revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now.toJSDate() } }] },
    orderBy: { createdAt: "asc" },
    select: { id: true, reportId: true },
  });
  const ids = new Map(standing.map(({ id, reportId }) => [reportId, id]));
  const missing = [...new Set(reportIds)].filter((reportId) => !ids.has(reportId)).map((reportId) => ({ id: newId(), reportId }));
  if (missing.length > 0) await tx.accessLink.createMany({ data: missing.map((link) => ({ ...link, purpose: "report_status" as const, createdAt: now.toJSDate() })) });
  for (const { id, reportId } of missing) ids.set(reportId, id);
  return new Map(reportIds.map((reportId) => [reportId, urlOf(deps, "report_status", signLink(deps.crypto, "report_status", ids.get(reportId)!))]));
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
  const column = { report_status: "reportId", account_standing: "accountId", reporter_standing: "reporterId" } as const;
  return { purpose, [column[purpose]]: link[column[purpose]] } as unknown as Extract<LinkSubject, { purpose: Purpose }>;
}

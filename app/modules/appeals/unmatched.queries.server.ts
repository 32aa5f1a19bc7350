import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { maskAddress } from "../notices/notice";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { appealDueAt } from "./appeal";
import type { AppealableAction } from "./appealable";
import { businessDaysLeft } from "./sla";

export interface UnmatchedRow {
  id: string;
  platform: string;
  zone: string;
  email: string;
  /** Its sender is told why it is put aside. */
  answerable: boolean;
  /** Then what they say it is about is the mail's subject. */
  byMail: boolean;
  actionText: string;
  explanation: string;
  receivedAt: string;
  /** By when an appeal that came in then is answered: the clock runs while nobody has found its action. Null: of no platform. */
  due: { at: string; left: string | null } | null;
  /** Actions of accounts that have this address: what it could be about. */
  candidates: (AppealableAction & { reference: string; businessName: string })[];
}

/** Appeals from the public form that fit no single action, the oldest first. The address is masked. */
export async function listUnmatched(deps: Pick<Deps, "db" | "crypto" | "clock">, limit = 50): Promise<UnmatchedRow[]> {
  const rows = await deps.db.unmatchedAppeal.findMany({ where: { settledAt: null, lookedAt: { not: null } }, orderBy: [{ receivedAt: "asc" }, { id: "asc" }], take: limit });
  const platforms = new Map((await deps.db.platform.findMany({ select: { id: true, name: true, zone: true } })).map((platform) => [platform.id, platform]));
  const owners = await deps.db.accountContact.findMany({
    where: { kind: "email", lookupHash: { in: rows.map(({ emailHash }) => emailHash) } },
    select: {
      lookupHash: true,
      account: { select: { platformId: true, businessName: true, actions: { orderBy: { createdAt: "desc" }, take: 10, select: { reference: true, kind: true, state: true, noTipOff: true } } } },
    },
  });
  const mailed = new Set((await deps.db.receivedMail.findMany({ where: { unmatchedAppealId: { in: rows.map(({ id }) => id) } }, select: { unmatchedAppealId: true } })).map((mail) => mail.unmatchedAppealId));
  const terms = new Map<string, Terms>();
  for (const { platformId } of rows) if (platformId && !terms.has(platformId)) terms.set(platformId, await platformTerms(deps.db, platformId));
  return rows.map((row) => ({
    id: row.id,
    platform: platforms.get(row.platformId ?? "")?.name ?? "Unknown platform",
    zone: platforms.get(row.platformId ?? "")?.zone ?? "UTC",
    email: maskAddress(deps.crypto.open(row.emailSealed, "unmatched-appeal.email")),
    answerable: row.answerSealed !== null && row.platformId !== null,
    byMail: mailed.has(row.id),
    actionText: row.actionText,
    explanation: row.explanation,
    receivedAt: row.receivedAt.toISOString(),
    due: dueOf(row.receivedAt, terms.get(row.platformId ?? ""), deps.clock()),
    candidates: owners
      .filter(({ lookupHash, account }) => lookupHash === row.emailHash && account.platformId === row.platformId)
      .flatMap(({ account }) => account.actions.map((action) => ({ ...action, businessName: account.businessName }))),
  }));
}

function dueOf(receivedAt: Date, terms: Terms | undefined, now: DateTime): UnmatchedRow["due"] {
  if (!terms) return null;
  const at = appealDueAt(DateTime.fromJSDate(receivedAt, { zone: "utc" }), terms.appealSlaBusinessDays, terms.calendar);
  return { at: at.toISO(), left: businessDaysLeft(now, at, terms.calendar) };
}

import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { privateLink } from "../access/private-link.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { appealDueAt } from "./appeal";
import { businessDaysLeft, type Language } from "./sla";
import { unmatchedReference } from "./unmatched-reference";

export interface UnmatchedStatus {
  reference: string;
  platform: string;
  zone: string;
  /** The one asked for, else the one they wrote in, else the platform's. */
  language: Language;
  receivedAt: string;
  due: { at: string; left: string | null };
  stands:
    | { at: "with_a_person" }
    | { at: "put_aside"; reason: string; settledAt: string }
    /** Said to nobody but who reads an address of the account: the address of the appeal on the account's own page. */
    | { at: "filed"; appealUrl: string };
}

/**
 * What whoever sent an appeal that fitted no single action may know of it. Whether it was matched says that a business has an
 * account and was decided about, so it is said only where the link went to an address of that account; to anybody else a matched
 * appeal looks as one does that a person still reads.
 */
export async function unmatchedStatus(deps: Deps, unmatchedAppealId: string, asked: Language | null): Promise<UnmatchedStatus | null> {
  const row = await deps.db.unmatchedAppeal.findUnique({ where: { id: unmatchedAppealId } });
  if (!row?.platformId) return null;
  const [platform, terms] = await Promise.all([
    deps.db.platform.findUniqueOrThrow({ where: { id: row.platformId }, select: { name: true, zone: true, defaultLanguage: true } }),
    platformTerms(deps.db, row.platformId),
  ]);
  const dueAt = appealDueAt(DateTime.fromJSDate(row.receivedAt, { zone: "utc" }), terms.appealSlaBusinessDays, terms.calendar);
  const language = asked ?? ((row.language ?? platform.defaultLanguage) === "es" ? "es" : "en");
  return {
    reference: unmatchedReference(row.id),
    platform: platform.name,
    zone: platform.zone,
    language,
    receivedAt: row.receivedAt.toISOString(),
    due: { at: dueAt.toISO(), left: businessDaysLeft(deps.clock(), dueAt, terms.calendar, language) },
    stands: row.dismissedReason !== null && row.settledAt ? { at: "put_aside", reason: row.dismissedReason, settledAt: row.settledAt.toISOString() } : await standsFor(deps, row),
  };
}

async function standsFor(deps: Deps, { appealId, answerSealed }: { appealId: string | null; answerSealed: string | null }): Promise<UnmatchedStatus["stands"]> {
  if (!appealId || !answerSealed) return { at: "with_a_person" };
  const mailbox = deps.crypto.lookup(deps.crypto.open(answerSealed, "unmatched-appeal.email"), "email");
  const own = await deps.db.appeal.findFirst({ where: { id: appealId, account: { contacts: { some: { kind: "email", lookupHash: mailbox } } } }, select: { accountId: true } });
  if (!own) return { at: "with_a_person" };
  const standingUrl = await deps.db.$transaction((tx) => privateLink(tx, deps, { purpose: "account_standing", accountId: own.accountId }, deps.clock()));
  return { at: "filed", appealUrl: `${new URL(standingUrl).pathname}#appeal-${appealId}` };
}

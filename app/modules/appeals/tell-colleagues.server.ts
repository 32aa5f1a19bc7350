import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { DeadlineStep } from "#emails/appeal-deadline";
import { permissionsOf, roles } from "../access/permissions";
import { stageNotices, type NoticeDraft } from "../notices/stage-notice.server";
import type { Terms } from "../platforms/terms.queries.server";

export interface DueAppeal {
  id: string;
  reference: string;
  reviewerId: string | null;
  dueAt: Date;
  /** Nobody has found the action it means yet. */
  unmatched?: boolean;
}

interface Colleague {
  id: string;
  email: string;
  name: string;
  roles: string[];
}

const rolesThatRule: readonly string[] = roles.filter((role) => permissionsOf[role].includes("appeal:rule"));

/** Everybody a deadline can concern: who rules on appeals, the leads, and whoever reviews one. */
const colleaguesToTell = (tx: Tx): Promise<Colleague[]> =>
  tx.staff.findMany({ where: { disabledAt: null }, orderBy: { id: "asc" }, select: { id: true, email: true, name: true, roles: true } });

/** The reviewer, or everybody who could be it while nobody is; at the breach the leads too. */
function concerned(colleagues: readonly Colleague[], appeal: DueAppeal, step: DeadlineStep): Colleague[] {
  const reviewer = colleagues.find(({ id }) => id === appeal.reviewerId);
  const pool = reviewer ? [reviewer] : colleagues.filter((one) => one.roles.some((role) => rolesThatRule.includes(role)));
  const leads = step === "breached" ? colleagues.filter((one) => one.roles.includes("lead")) : [];
  return [...new Set([...pool, ...leads])];
}

/** Stages the mails of one step of the clock in the transaction that marks it. They name no account holder. */
export async function tellColleagues(tx: Tx, deps: Deps, appeals: readonly DueAppeal[], { step, terms, at }: { step: DeadlineStep; terms: Terms; at: DateTime }): Promise<void> {
  if (appeals.length === 0) return;
  const colleagues = await colleaguesToTell(tx);
  const drafts = appeals.flatMap((appeal): NoticeDraft[] => {
    const reviewer = colleagues.find(({ id }) => id === appeal.reviewerId)?.name ?? null;
    const appealUrl = `${deps.config.publicUrl}/appeals/${appeal.unmatched ? "unmatched" : appeal.reference}`;
    return concerned(colleagues, appeal, step).map(({ email }) => ({
      at,
      platformId: null,
      to: email,
      language: "en",
      // The appeal alone: a reference to the account would lock it after the appeal, against the order of locks.
      about: appeal.unmatched ? {} : { appealId: appeal.id },
      content: { template: "appeal_deadline", props: { step, reference: appeal.reference, platform: terms.name, dueBefore: appeal.dueAt, zone: terms.zone, reviewer, appealUrl } },
      dedupeKey: `appeal:${appeal.id}:sla:${step}`,
    }));
  });
  await stageNotices(tx, deps, drafts);
}

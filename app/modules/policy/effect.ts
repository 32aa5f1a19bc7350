import type { DateTime } from "luxon";
import type { CivilDay } from "~/infra/civil-day";
import { earliestLawfulDay } from "../notices/policy-notice";

/** How far the notices of a version are. Accounts that came after the snapshot are told on joining and hold nothing up. */
export interface NoticeStanding {
  waiting: number;
  /** No address took the notice, and nobody has told them another way. */
  unreachable: number;
  /** When the last one was told; null: nobody was yet, or nobody has to be. */
  lastNotifiedAt: DateTime | null;
}

export interface ScheduledVersion {
  /** The local midnight that starts its effective day. */
  effectiveFrom: DateTime;
  /** A change that is not material needs a second person and no notice. */
  material: boolean;
  /** Two people answer for a legal reason to give less time. */
  requiredByLaw: boolean;
  zone: string;
  leadDays: number;
}

export const heldReasons = ["no_campaign", "not_everybody_told", "told_too_late"] as const;
export type HeldReason = (typeof heldReasons)[number];
export const isHeldReason = (text: string): text is HeldReason => (heldReasons as readonly string[]).includes(text);

export type Verdict =
  | { kind: "ahead" }
  | { kind: "takes_effect"; at: DateTime }
  /** It cannot take effect on its day. `earliest`: the earliest lawful one, as far as it can be known by now. */
  | { kind: "held"; reason: HeldReason; earliest: DateTime };

/** Whether the notices can still decide anything: before that moment everybody may still be told in time. */
export const standingMatters = ({ material, requiredByLaw, effectiveFrom, ...terms }: ScheduledVersion, now: DateTime): boolean =>
  material && !requiredByLaw && +earliestLawfulDay(now, terms) > +effectiveFrom;

/**
 * Whether a scheduled version takes effect (CF-AUP 9): from the start of its day, if the last account holder was told so long
 * before that the promised time lies between. What can no longer be lawful is held at once, not first on its day, so that
 * people learn of it while there is time.
 *
 * @param standing null: no campaign is under way
 */
export function judgeEffect(version: ScheduledVersion, standing: NoticeStanding | null, now: DateTime): Verdict {
  const due: Verdict = +now >= +version.effectiveFrom ? { kind: "takes_effect", at: version.effectiveFrom } : { kind: "ahead" };
  if (!version.material || version.requiredByLaw) return due;
  const everybody = standing !== null && standing.waiting + standing.unreachable === 0;
  if (everybody && standing.lastNotifiedAt === null) return due;
  const earliest = earliestLawfulDay(everybody ? standing.lastNotifiedAt! : now, version);
  if (+earliest <= +version.effectiveFrom) return due;
  return { kind: "held", reason: standing === null ? "no_campaign" : everybody ? "told_too_late" : "not_everybody_told", earliest };
}

export const heldInWords: Record<HeldReason, string> = {
  no_campaign: "No notice is being sent: the campaign was stopped.",
  not_everybody_told: "Not every account holder was told in time for that day.",
  told_too_late: "The last account holder was told too late.",
};

/** What a person is offered: the earliest lawful day that does not lie before the one the notices name. */
export const offeredDay = (earliest: CivilDay, was: CivilDay): CivilDay => (earliest > was ? earliest : was);

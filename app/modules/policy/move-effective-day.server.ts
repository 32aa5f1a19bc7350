import { DateTime } from "luxon";
import { addCivilDays, civilDayOf, type CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { earliestLawfulDay } from "../notices/policy-notice";
import { standingOf } from "./bring-into-force.server";
import { lastCampaignOf, releaseCampaign } from "./effect.repo.server";
import { giveOtherDay } from "./give-other-day.server";
import type { MoveEffectiveDayInput } from "./move-effective-day.schema";
import { lockVersion, versionFacts } from "./policy-version.repo.server";

type Refused = "forbidden" | "not_found" | "illegal_move" | "effective_day_over" | "effective_day_unlawful" | "effective_day_told" | "effective_too_far" | "campaign_unknown";

/**
 * A person accepts a later day for a scheduled version, above all for one that is held (CF-AUP 9): no sooner than it is lawful by
 * what is known now, never before the day the notices name, and never in the past, where conduct has been judged by the version in force.
 * It is posted in the place of the earlier one, and the version waits for it. The day itself can be kept once a person has settled
 * what it was held for.
 */
export async function moveVersionDay(deps: Deps, actor: StaffActor, input: MoveEffectiveDayInput): Promise<Result<object, Refused>> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    if (version.state !== "scheduled" || !version.effectiveFrom || !version.contentHash) return refuse("illegal_move");
    const now = deps.clock();
    const today = civilDayOf(now, version.zone);
    const was = civilDayOf(DateTime.fromJSDate(version.effectiveFrom), version.zone);
    const campaign = await lastCampaignOf(tx, version.id);
    const earliest = version.material ? await earliestDayNow(tx, version, now) : null;
    const keeps = input.effectiveOn === was && campaign?.heldReason != null && (earliest === null || was >= earliest);
    if (input.effectiveOn <= was && !keeps) return refuse("effective_day_told", { was });
    if (input.effectiveOn <= today) return refuse("effective_day_over");
    if (input.effectiveOn > addCivilDays(today, 366)) return refuse("effective_too_far");
    if (version.material) {
      if (!campaign || campaign.state === "stopped") return refuse("campaign_unknown");
      if (earliest && input.effectiveOn < earliest) return refuse("effective_day_unlawful", { earliest });
    }
    const { contentHash } = version;
    if (!keeps) await giveOtherDay(tx, deps, actor, { version: { ...version, contentHash }, campaignId: campaign?.id ?? null, effectiveOn: input.effectiveOn, note: input.note, now });
    if (campaign) await releaseCampaign(tx, campaign.id, now.toJSDate());
    await recordAudit(tx, actor, { type: "policy_version.day_moved", ...versionFacts(version, now), from: was, to: input.effectiveOn, held: campaign?.heldReason ?? null, note: input.note });
    return { ok: true };
  });
}

/** The earliest lawful day by what is known now: of the last notice, or of one that would go out this moment, and never a day that has begun. Null: nobody has to be told. */
export async function earliestDayNow(tx: Tx, { id, platformId, zone }: { id: string; platformId: string; zone: string }, now: DateTime): Promise<CivilDay | null> {
  const { policyNoticeLeadDays: leadDays } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { policyNoticeLeadDays: true } });
  const standing = await standingOf(tx, id);
  const everybody = standing !== null && standing.waiting + standing.unreachable === 0;
  if (everybody && standing.lastNotifiedAt === null) return null;
  const earliest = earliestLawfulDay(everybody ? standing.lastNotifiedAt! : now, { zone, leadDays }).toISODate()!;
  const tomorrow = addCivilDays(civilDayOf(now, zone), 1);
  return earliest > tomorrow ? earliest : tomorrow;
}

import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lastCampaignOf, releaseCampaign } from "./effect.repo.server";
import { giveOtherDay } from "./give-other-day.server";
import type { AnswerShorterNoticeInput, AskShorterNoticeInput } from "./move-effective-day.schema";
import { lockVersion, versionFacts, type LockedVersion } from "./policy-version.repo.server";

type Refused = "forbidden" | "not_found" | "illegal_move" | "effective_day_over" | "effective_day_told" | "shorter_notice_asked" | "already_answered" | "law_four_eyes" | "stale";

const dayOf = ({ effectiveFrom, zone }: LockedVersion): string | null => effectiveFrom && civilDayOf(DateTime.fromJSDate(effectiveFrom), zone);

/**
 * An admin records the legal reason to give less time than the policy promises, for one text and one day. Nothing follows until a
 * second person agrees. What was announced for a day is not brought forward: whoever was told relies on it.
 */
export async function askShorterNotice(deps: Deps, actor: StaffActor, input: AskShorterNoticeInput): Promise<Result<{ requestId: string }, Refused>> {
  if (!may(actor, "policy:shorten")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ requestId: string }, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    if (!version) return refuse("not_found");
    if ((version.state !== "in_review" && version.state !== "scheduled") || !version.contentHash || !version.material) return refuse("illegal_move");
    const now = deps.clock();
    if (input.effectiveOn <= civilDayOf(now, version.zone)) return refuse("effective_day_over");
    const told = dayOf(version);
    if (told && input.effectiveOn < told) return refuse("effective_day_told", { was: told });
    if ((await tx.policyShorterNotice.count({ where: { policyVersionId: version.id, state: "asked" } })) > 0) return refuse("shorter_notice_asked");
    const requestId = newId();
    await tx.policyShorterNotice.create({
      data: { id: requestId, policyVersionId: version.id, contentHash: version.contentHash, effectiveDay: new Date(`${input.effectiveOn}T00:00:00Z`), reason: input.reason, askedById: actor.id, askedAt: now.toJSDate() },
      select: { id: true },
    });
    await recordAudit(tx, actor, { type: "policy_version.shorter_notice_asked", ...versionFacts(version, now), requestId, effectiveOn: input.effectiveOn, reason: input.reason });
    return { ok: true, requestId };
  });
}

/**
 * A second person agrees or refuses; whoever asked takes it back. Agreed to for a version in review, it lets that day be chosen at
 * publication; for a scheduled one it sets the day at once, and a version that was held waits for it.
 */
export async function answerShorterNotice(deps: Deps, actor: StaffActor, input: AnswerShorterNoticeInput): Promise<Result<object, Refused>> {
  if (!may(actor, "policy:publish") && !may(actor, "policy:shorten")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const version = await lockVersion(tx, input.versionId);
    const asked = version && (await tx.policyShorterNotice.findFirst({ where: { id: input.requestId, policyVersionId: version.id } }));
    if (!version || !asked) return refuse("not_found");
    if (asked.state !== "asked") return refuse("already_answered");
    if ((input.answer === "withdrawn") !== (asked.askedById === actor.id)) return refuse("law_four_eyes");
    const now = deps.clock();
    const at = now.toJSDate();
    const effectiveOn = asked.effectiveDay.toISOString().slice(0, 10);
    if (input.answer === "agreed") {
      if (asked.contentHash !== version.contentHash) return refuse("stale");
      if (effectiveOn <= civilDayOf(now, version.zone)) return refuse("effective_day_over");
      const told = dayOf(version);
      if (told && effectiveOn < told) return refuse("effective_day_told", { was: told });
    }
    await tx.policyShorterNotice.update({ where: { id: asked.id }, data: { state: input.answer, answeredById: actor.id, answeredAt: at, answer: input.note ?? null }, select: { id: true } });
    if (input.answer === "agreed" && version.state === "scheduled") {
      const campaign = await lastCampaignOf(tx, version.id);
      if (!campaign || campaign.state === "stopped") return refuse("illegal_move");
      if (effectiveOn !== dayOf(version)) await giveOtherDay(tx, deps, actor, { version: { ...version, contentHash: asked.contentHash }, campaignId: campaign.id, effectiveOn, note: asked.reason, now });
      await releaseCampaign(tx, campaign.id, at);
      await tx.policyNoticeCampaign.update({ where: { id: campaign.id }, data: { requiredByLaw: asked.reason, lawAskedById: asked.askedById, lawAskedAt: asked.askedAt, lawAgreedById: actor.id, lawAgreedAt: at }, select: { id: true } });
    }
    await recordAudit(tx, actor, { type: `policy_version.shorter_notice_${input.answer}`, ...versionFacts(version, now), requestId: asked.id, askedBy: asked.askedById, effectiveOn, note: input.note ?? null });
    return { ok: true };
  });
}

import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import { earliestDayFor, usualPace } from "../notices/campaign/earliest-day.server";
import { testSend } from "../notices/campaign/test-send.server";
import { campaignWords, versionPath } from "./campaign-words";
import { contentOf } from "./policy-version.repo.server";
import { shortestSummary } from "./version-readiness";
import type { TestSendVersionInput } from "./write-version.schema";

/** Mails whoever asks what account holders get of a version: before they get it, with the earliest day it can have, or as it goes out. */
export async function testSendVersion(deps: Deps, actor: StaffActor, { versionId, language }: TestSendVersionInput): Promise<Result<object, "forbidden" | "not_found" | "campaign_text_missing">> {
  const version = await deps.db.policyVersion.findUnique({ where: { id: versionId }, select: { number: true, effectiveFrom: true, policy: { select: { code: true, title: true, titleEs: true, platform: { select: { id: true, key: true, zone: true } } } } } });
  if (!version) return refuse("not_found");
  const content = await contentOf(deps.db, versionId);
  if (content.summary.length < shortestSummary) return refuse("campaign_text_missing");
  const { policy, number } = version;
  const { platform } = policy;
  const effectiveDay = version.effectiveFrom ? civilDayOf(DateTime.fromJSDate(version.effectiveFrom), platform.zone) : (await earliestDayFor(deps.db, { platformId: platform.id, pace: await usualPace(deps.db, platform.id), now: deps.clock() })).earliest;
  return testSend(deps, actor, { platformId: platform.id, words: campaignWords({ policy, content }), effectiveDay, policyPath: versionPath({ platformKey: platform.key, policyCode: policy.code, number }), language });
}

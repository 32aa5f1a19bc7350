import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { campaignStanding } from "../notices/campaign/campaign-standing.server";
import { judgeEffect, standingMatters, type NoticeStanding, type ScheduledVersion, type Verdict } from "./effect";
import { lockScheduled, markHeld, putIntoForce, scheduledVersions, supersede, type DueVersion } from "./effect.repo.server";
import { tellHeld } from "./tell-held.server";

const sweeper: Actor = { kind: "system", name: "bring-into-force" };

/**
 * Brings into force what is scheduled and lawfully may be, and holds what no longer can be on its day (CF-AUP 9). Each version
 * is a transaction: the old one ends where the new one begins, with audit and webhooks, or nothing happened. Two workers take
 * turns at the version's row; one that died left it as it was. A version nothing can be done about is logged and keeps no
 * other from its day.
 *
 * @returns how many took effect or were held
 */
export async function bringIntoForce(deps: Deps): Promise<number> {
  let done = 0;
  for (const { id } of await scheduledVersions(deps.db)) {
    try {
      if (await deps.db.$transaction((tx) => settle(tx, deps, id), { timeout: 60_000 })) done += 1;
    } catch (error) {
      deps.log.error({ err: error, policyVersionId: id }, "a version whose day has come can be neither brought into force nor held");
    }
  }
  return done;
}

async function settle(tx: Tx, deps: Deps, versionId: string): Promise<boolean> {
  const found = await lockScheduled(tx, versionId);
  if (!found || found.heldSince) return false;
  const now = deps.clock();
  const version = scheduledOf(found);
  if (+now < +version.effectiveFrom && !standingMatters(version, now)) return false;
  const standing = await standingOf(tx, versionId);
  const verdict = judgeEffect(version, standing, now);
  if (verdict.kind === "ahead") return false;
  if (verdict.kind === "takes_effect") await takeEffect(tx, found, verdict.at, now);
  else await hold(tx, deps, found, verdict, standing, now);
  return true;
}

export const scheduledOf = ({ effectiveFrom, material, requiredByLaw, zone, leadDays }: DueVersion): ScheduledVersion => ({
  effectiveFrom: DateTime.fromJSDate(effectiveFrom, { zone: "utc" }),
  material,
  requiredByLaw,
  zone,
  leadDays,
});

/** How far the notices of a version are; null while no campaign is under way. */
export async function standingOf(tx: Tx, versionId: string): Promise<NoticeStanding | null> {
  const standing = await campaignStanding(tx, versionId);
  return standing && { waiting: standing.waiting, unreachable: standing.unreachable, lastNotifiedAt: standing.lastNotifiedAt && DateTime.fromJSDate(standing.lastNotifiedAt, { zone: "utc" }) };
}

async function takeEffect(tx: Tx, version: DueVersion, from: DateTime, now: DateTime): Promise<void> {
  const facts = { at: now, platformId: version.platformId, policy: version.policyCode, effectiveFrom: from.toUTC().toISO()! };
  const ended = await supersede(tx, version.policyId, from.toJSDate());
  if (ended) await recordAudit(tx, sweeper, { type: "policy_version.superseded", ...facts, policyVersionId: ended.id, number: ended.number, by: version.id });
  await putIntoForce(tx, version.id, new Date(`${civilDayOf(from, version.zone)}T00:00:00Z`));
  await recordAudit(tx, sweeper, { type: "policy_version.took_effect", ...facts, policyVersionId: version.id, number: version.number, campaignId: version.campaignId, requiredByLaw: version.requiredByLaw });
}

async function hold(tx: Tx, deps: Deps, version: DueVersion, { reason, earliest }: Extract<Verdict, { kind: "held" }>, standing: NoticeStanding | null, now: DateTime): Promise<void> {
  if (!version.campaignId) throw new Error("a material version was scheduled without a campaign");
  await markHeld(tx, version.campaignId, { since: now.toJSDate(), reason });
  await recordAudit(tx, sweeper, {
    type: "policy_version.held",
    at: now,
    platformId: version.platformId,
    policyVersionId: version.id,
    policy: version.policyCode,
    number: version.number,
    campaignId: version.campaignId,
    reason,
    earliest: earliest.toISODate(),
    waiting: standing?.waiting ?? null,
    unreachable: standing?.unreachable ?? null,
  });
  await tellHeld(tx, deps, version, { reason, earliest, standing, at: now });
}

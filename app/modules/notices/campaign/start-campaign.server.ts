import type { DateTime } from "luxon";
import type { Locale } from "#emails/locale";
import type { CivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { letterheadOf, type SendingPlatform } from "../render-notice.server";
import { loadSender, saveCampaign } from "./campaign.repo.server";
import { composeCampaign, type PolicyChangeWords } from "./compose-campaign";
import { earliestDayFor, usualPace } from "./earliest-day.server";
import type { Pace } from "./pace";

/** A notice shorter than the platform's, which a law asks for: an admin asked, a second person agreed. */
export interface RequiredByLaw {
  reason: string;
  askedById: string;
  askedAt: DateTime;
  agreedById: string;
  agreedAt: DateTime;
}

export interface StartCampaignInput {
  policyVersionId: string;
  effectiveDay: CivilDay;
  /** What is said, in each language there is a summary in; accounts of other languages are told in English. */
  words: { en: PolicyChangeWords } & Partial<Record<Locale, PolicyChangeWords>>;
  /** Where the version can be read: a path on this console, "/policies/…". */
  policyPath: string;
  pace?: Partial<Pace>;
  requiredByLaw?: RequiredByLaw;
}

export type StartCampaignRefusal = "forbidden" | "policy_version_unknown" | "campaign_exists" | "effective_day_unlawful" | "law_four_eyes";

/**
 * Starts telling everybody of a new version (CF-AUP 9), in the caller's transaction. Who stands on the list is decided by this
 * instant: workers write it out and send, and accounts that come later join by a trigger. The text is frozen here.
 *
 * A day that cannot be kept at the pace given is refused with the earliest that can; only a law makes it shorter.
 */
export async function startCampaign(tx: Tx, deps: Deps, actor: Actor, input: StartCampaignInput): Promise<Result<{ campaignId: string }, StartCampaignRefusal>> {
  if (!may(actor, "policy:publish")) return refuse("forbidden");
  const now = deps.clock();
  const version = await tx.policyVersion.findUnique({ where: { id: input.policyVersionId }, select: { policy: { select: { platformId: true } } } });
  if (!version) return refuse("policy_version_unknown");
  const { platformId } = version.policy;
  const law = input.requiredByLaw;
  if (law && law.askedById === law.agreedById) return refuse("law_four_eyes");
  // Before anything is read of the audience: what changes accounts now is waited for, and what comes later sees this campaign.
  await tx.$executeRaw`SELECT policy_notice_lock_audience(${platformId}::uuid)`;
  const standing = await tx.policyNoticeCampaign.findFirst({ where: { policyVersionId: input.policyVersionId, state: { not: "stopped" } }, select: { id: true } });
  if (standing) return refuse("campaign_exists", { campaignId: standing.id });
  const pace = { ...(await usualPace(tx, platformId)), ...input.pace };
  if (!law) {
    const { earliest } = await earliestDayFor(tx, { platformId, pace, now });
    if (input.effectiveDay < earliest) return refuse("effective_day_unlawful", { earliest });
  }
  const sender = await loadSender(tx, platformId);
  const campaignId = newId();
  const at = now.toJSDate();
  await tx.policyNoticeCampaign.create({
    data: {
      id: campaignId, platformId, policyVersionId: input.policyVersionId, state: "sending", effectiveDay: new Date(`${input.effectiveDay}T00:00:00Z`),
      createdAt: at, startedAt: at, snapshotAt: at, startedById: actor.kind === "staff" ? actor.id : null, fromName: sender.name, fromAddress: sender.abuseEmail, ...pace,
      ...(law && { requiredByLaw: law.reason, lawAskedById: law.askedById, lawAskedAt: law.askedAt.toJSDate(), lawAgreedById: law.agreedById, lawAgreedAt: law.agreedAt.toJSDate() }),
    },
    select: { id: true },
  });
  await freezeTexts(tx, deps, sender, { campaignId, ...input });
  await tx.policyNoticeDomain.create({ data: { campaignId, domain: "", freeAt: at } });
  await recordAudit(tx, actor, { type: "campaign.started", at: now, platformId, campaignId, policyVersionId: input.policyVersionId, effectiveDay: input.effectiveDay, ...pace, requiredByLaw: law?.reason ?? null });
  return { ok: true, campaignId };
}

type Telling = Pick<StartCampaignInput, "words" | "effectiveDay" | "policyPath">;

const freezeTexts = (tx: Tx, deps: Deps, sender: SendingPlatform, { campaignId, ...telling }: Telling & { campaignId: string }): Promise<unknown> =>
  tx.policyNoticeText.createMany({ data: textsOf(deps, sender, telling).map((text) => ({ campaignId, effectiveDay: new Date(`${telling.effectiveDay}T00:00:00Z`), ...text })), skipDuplicates: true });

/**
 * The version waits for another day, in the caller's transaction: whoever is written to from now on reads that one. What was sent before stays
 * under the day it named.
 */
export async function tellOtherDay(tx: Tx, deps: Deps, { campaignId, platformId, ...telling }: Telling & { campaignId: string; platformId: string }): Promise<void> {
  await freezeTexts(tx, deps, await loadSender(tx, platformId), { campaignId, ...telling });
  await saveCampaign(tx, campaignId, { effectiveDay: new Date(`${telling.effectiveDay}T00:00:00Z`) });
}

/** The same text for the mail, its preview and the mail sent to oneself. */
export function textsOf({ config }: Pick<Deps, "config">, sender: SendingPlatform, { words, effectiveDay, policyPath }: Telling) {
  const policyUrl = `${config.publicUrl}${policyPath}`;
  return (Object.keys(words) as Locale[]).flatMap((language) => {
    const said = words[language];
    if (!said) return [];
    const from = { ...letterheadOf(sender, language, "staff_invite"), contact: sender.abuseEmail };
    return [{ language, ...composeCampaign(from, said, { effectiveDay, policyUrl }) }];
  });
}

import type { Locale } from "#emails/locale";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { may, type StaffActor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { messageIdOf } from "../notice";
import { accountPlace } from "./campaign";
import { loadSender } from "./campaign.repo.server";
import { textsOf, type StartCampaignInput } from "./start-campaign.server";

export type TestSendInput = Pick<StartCampaignInput, "words" | "effectiveDay" | "policyPath"> & { platformId: string; language: Locale };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** Sends the text of a campaign to whoever asks for it, and to nobody else: marked as a test, with their own name in the account's place. */
export async function testSend(deps: Deps, actor: StaffActor, input: TestSendInput): Promise<Result<{ noticeId: string }, "forbidden" | "campaign_text_missing">> {
  if (!may(actor, "policy:edit") && !may(actor, "policy:publish")) return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const staff = await tx.staff.findUniqueOrThrow({ where: { id: actor.id }, select: { email: true, name: true } });
    const sender = await loadSender(tx, input.platformId);
    const text = textsOf(deps, sender, input).find(({ language }) => language === input.language);
    if (!text) return refuse("campaign_text_missing");
    const noticeId = newId();
    await tx.notice.create({
      data: {
        id: noticeId, platformId: input.platformId, kind: "policy_change", addressSealed: deps.crypto.seal(staff.email, "notice.address"), addressHash: deps.crypto.lookup(staff.email, "email"), language: text.language,
        subject: `[Test] ${text.subject}`, textSealed: deps.crypto.seal(text.text.replaceAll(accountPlace, staff.name), "notice.text"), htmlSealed: deps.crypto.seal(text.html.replaceAll(accountPlace, escaped(staff.name)), "notice.html"),
        messageId: messageIdOf(noticeId, sender.abuseEmail), dedupeKey: `campaign-test:${noticeId}`, createdAt: at.toJSDate(),
      },
      select: { id: true },
    });
    await stageOutbox(tx, { topic: "notice.deliver", payload: { noticeId }, at });
    await recordAudit(tx, actor, { type: "campaign.test_sent", at, platformId: input.platformId, noticeId, language: text.language });
    return { ok: true, noticeId };
  });
}

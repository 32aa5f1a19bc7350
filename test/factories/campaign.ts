import { startOfCivilDay } from "~/infra/civil-day";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { anAccount } from "./platform";
import { createStaff } from "./staff";

type Given = Pick<Deps, "db" | "clock" | "crypto">;

/** Takes a draft past its review, as two people do. */
export async function scheduleVersion(deps: Pick<Deps, "db" | "clock">, id: string, { effectiveFrom, by, publisher }: { effectiveFrom: Date; by: string; publisher: string }) {
  const at = deps.clock().toJSDate();
  await deps.db.policyVersion.update({ where: { id }, data: { state: "in_review", proposedById: by, submittedAt: at, contentHash: "0".repeat(64) } });
  return deps.db.policyVersion.update({ where: { id }, data: { state: "scheduled", effectiveFrom, publishedById: publisher, publishedAt: at } });
}

/** A policy in force and a version of it that is scheduled for a day, with a clause that is new. */
export async function aScheduledVersion(deps: Given, { platformId, day, zone = "America/Denver", material = true }: { platformId: string; day: string; zone?: string; material?: boolean }) {
  const [author, publisher] = [await createStaff(deps.db, ["policy_manager"]), await createStaff(deps.db, ["policy_manager"])];
  const at = deps.clock().toJSDate();
  const policy = await deps.db.policy.create({ data: { id: newId(), platformId, code: `P-${newId().slice(-8)}`, kind: "acceptable_use", title: "Rules" } });
  const before = await deps.db.policyVersion.create({ data: { id: newId(), policyId: policy.id, number: 1, state: "in_force", effectiveFrom: new Date("2026-01-01T07:00:00Z"), createdAt: at } });
  const { id } = await deps.db.policyVersion.create({ data: { id: newId(), policyId: policy.id, number: 2, state: "draft", material, summary: "Bots are ruled out.", createdAt: at }, select: { id: true } });
  const clause = await deps.db.clause.create({ data: { id: newId(), policyId: policy.id, code: `${policy.code}-1`, area: "spam" } });
  await deps.db.clauseVersion.create({ data: { id: newId(), clauseId: clause.id, policyVersionId: id, section: "1", title: "No bots", body: "Run no bots.", severity: "high", position: 0 } });
  const version = await scheduleVersion(deps, id, { effectiveFrom: startOfCivilDay(day, zone).toJSDate(), by: author.id, publisher: publisher.id });
  return { policy, before, version, author, publisher };
}

/** A campaign that is all sent: `told` says when each account was, or what became of it instead. */
export async function aCampaign(
  deps: Given,
  { platformId, versionId, day, told, state = "complete" }: { platformId: string; versionId: string; day: string; told: readonly (string | { state: "waiting" | "unreachable" | "dropped" | "joined" })[]; state?: "sending" | "complete" | "stopped" },
) {
  const at = deps.clock().toJSDate();
  const accounts = [];
  for (const _one of told) accounts.push(await anAccount(deps, platformId));
  const campaignId = newId();
  await deps.db.policyNoticeCampaign.create({
    data: { id: campaignId, platformId, policyVersionId: versionId, state, effectiveDay: new Date(`${day}T00:00:00Z`), createdAt: at, startedAt: at, snapshotAt: at, stagedAt: at, fromName: "Rules", fromAddress: "abuse@rules.example", ratePerSecond: 50 },
  });
  await deps.db.policyNoticeText.create({ data: { campaignId, language: "en", effectiveDay: new Date(`${day}T00:00:00Z`), subject: "Our rules change", text: "Hello {{account}}", html: "<p>Hello {{account}}</p>" } });
  for (const [index, one] of told.entries()) {
    const accountId = accounts[index]!.id;
    const isTold = typeof one === "string";
    const messageId = newId();
    const joined = !isTold && one.state === "joined";
    await deps.db.policyNoticeRecipient.create({
      data: {
        campaignId,
        accountId,
        state: isTold ? "notified" : one.state === "joined" ? "waiting" : one.state,
        notifiedAt: isTold ? new Date(one) : null,
        notifiedByMessageId: isTold ? messageId : null,
        unreachableAt: !isTold && one.state === "unreachable" ? at : null,
        droppedAt: !isTold && one.state === "dropped" ? at : null,
        joinedAt: joined ? at : null,
      },
    });
    if (!isTold && one.state === "dropped") continue;
    const bounced = !isTold && one.state === "unreachable";
    await deps.db.policyNoticeMessage.create({
      data: {
        id: messageId, campaignId, accountId, contactId: newId(), position: 1, language: "en", domain: "shop.example", state: isTold ? "handed_over" : bounced ? "failed" : "queued",
        addressSealed: deps.crypto.seal(`owner${index}@shop.example`, "account.email"), addressHash: deps.crypto.lookup(`owner${index}@shop.example`, "email"), addressee: `Business ${index}`,
        attempts: isTold || bounced ? 1 : 0, createdAt: at, dueAt: at, smtpReply: isTold ? "250 2.0.0 queued" : bounced ? "550 5.1.1 no such user" : null, handedOverAt: isTold ? new Date(one) : null,
      },
    });
  }
  return { campaignId, accounts };
}



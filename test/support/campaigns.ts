import { expect, vi } from "vitest";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { startCampaignSender, type RunningSender, type SenderOptions } from "~/modules/notices/campaign/campaign-sender.server";
import type { Pace } from "~/modules/notices/campaign/pace";
import { startCampaign } from "~/modules/notices/campaign/start-campaign.server";
import { aPlatform } from "../factories/platform";
import { startUnrulySink, type UnrulySink } from "./unruly-sink";

export const policyManager = { kind: "staff", id: "01890000-0000-7000-8000-00000000ca11", name: "Pat", roles: ["policy_manager"] } as const;

/** As fast as the server takes it. */
export const fullSpeed: Pace = { ratePerSecond: 1_000_000, domainPerSecond: 1_000_000, warmUpMinutes: 0 };

/** Accounts with one address each, `owner-<n>@<one of the domains>`, by statements: a campaign has many. */
export async function manyAccounts(deps: Deps, platformId: string, count: number, { domains = 50, from = 0 } = {}): Promise<void> {
  const at = deps.clock().toJSDate();
  for (let done = 0; done < count; done += 5_000) {
    const some = Array.from({ length: Math.min(5_000, count - done) }, (_none, index) => {
      const n = from + done + index;
      const address = `owner-${n}@d${n % domains}.example`;
      return { id: newId(), contact: newId(), externalId: `acct-${n}`, name: `Business ${n}`, language: n % 3 === 0 ? "es" : "en", sealed: deps.crypto.seal(address, "account.email"), hash: deps.crypto.lookup(address, "email") };
    });
    await deps.db.$executeRaw`
      INSERT INTO account (id, platform_id, external_id, business_name, language, created_at, updated_at)
      SELECT id, ${platformId}::uuid, external, name, language, ${at}, ${at}
        FROM unnest(${some.map((a) => a.id)}::uuid[], ${some.map((a) => a.externalId)}::text[], ${some.map((a) => a.name)}::text[], ${some.map((a) => a.language)}::text[]) AS a(id, external, name, language)`;
    await deps.db.$executeRaw`
      INSERT INTO account_contact (id, account_id, kind, role, sealed, lookup_hash, position, created_at)
      SELECT contact, id, 'email', 'owner', sealed, hash, 0, ${at}
        FROM unnest(${some.map((a) => a.contact)}::uuid[], ${some.map((a) => a.id)}::uuid[], ${some.map((a) => a.sealed)}::text[], ${some.map((a) => a.hash)}::text[]) AS a(contact, id, sealed, hash)`;
  }
}

/** A platform with a policy whose next version is scheduled. */
export async function aScheduledVersion(deps: Deps, over: { key?: string; zone?: string } = {}): Promise<{ platformId: string; versionId: string; platformKey: string }> {
  const platform = await aPlatform(deps, over);
  const policyId = newId();
  const versionId = newId();
  const at = deps.clock().toJSDate();
  await deps.db.policy.create({ data: { id: policyId, platformId: platform.id, code: `P-${policyId.slice(-8)}`.toUpperCase(), kind: "acceptable_use", title: "Acceptable use policy" } });
  await deps.db.policyVersion.create({ data: { id: versionId, policyId, number: 2, state: "scheduled", summary: "Reminders count as marketing now.", createdAt: at, contentHash: "0".repeat(64), proposedById: newId(), submittedAt: at, publishedById: newId(), publishedAt: at, effectiveFrom: deps.clock().plus({ days: 60 }).startOf("day").toJSDate() } });
  return { platformId: platform.id, versionId, platformKey: platform.key };
}

/** Starts a campaign for a version, far enough ahead. */
export async function aCampaign(deps: Deps, versionId: string, over: { pace?: Partial<Pace>; effectiveDay?: string } = {}): Promise<string> {
  const words = {
    en: { policyTitle: "Acceptable use policy", summary: "Reminders count as marketing now.\n\nYou have to ask before you send them." },
    es: { policyTitle: "Política de uso aceptable", summary: "Los recordatorios ahora cuentan como marketing." },
  };
  const effectiveDay = over.effectiveDay ?? deps.clock().plus({ days: 60 }).toISODate();
  const started = await deps.db.$transaction((tx) => startCampaign(tx, deps, policyManager, { policyVersionId: versionId, effectiveDay, words, policyPath: "/policies/test/aup/versions/2", pace: { ...fullSpeed, ...over.pace } }));
  if (!started.ok) throw new Error(`the campaign was refused: ${started.reason}`);
  return started.campaignId;
}

/** How long a test waits for what senders do. */
export const patience = { timeout: 30_000, interval: 50 };

/** Mail servers and senders of one test: both are ended by `clear`, and so is every campaign, whose mail would come to the next test. */
export function campaignStage(depsNow: () => Deps) {
  const running: RunningSender[] = [];
  const sinks: UnrulySink[] = [];
  return {
    async sink(...given: Parameters<typeof startUnrulySink>): Promise<UnrulySink> {
      const sink = await startUnrulySink(...given);
      sinks.push(sink);
      return sink;
    },
    sender(sink: UnrulySink, over: Partial<SenderOptions> = {}): RunningSender {
      const sender = startCampaignSender(depsNow(), { smtpUrl: sink.url, connections: 6, idleMs: 50, leaseMs: 10_000, pauseMs: (attempts) => (attempts < 4 ? 50 : null), sendTimeoutMs: 30_000, ...over });
      running.push(sender);
      return sender;
    },
    complete: (campaignId: string) => vi.waitFor(async () => expect((await depsNow().db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).state).toBe("complete"), patience),
    async clear(): Promise<void> {
      await Promise.all(running.splice(0).map((each) => each.stop()));
      await depsNow().db.policyNoticeCampaign.updateMany({ data: { state: "stopped" } });
      await Promise.all(sinks.splice(0).map((sink) => sink.close()));
    },
  };
}

export async function addContact({ db, crypto }: Deps, accountId: string, address: string, over: { role?: string; position?: number; language?: string } = {}): Promise<void> {
  await db.accountContact.create({ data: { id: newId(), accountId, kind: "email", sealed: crypto.seal(address, "account.email"), lookupHash: crypto.lookup(address, "email"), createdAt: new Date(), ...over } });
}

import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { mayCall } from "../access/api-key";
import { recordAudit } from "../audit/record-audit.server";
import { keepIdentifiers } from "./keep-identifiers.server";
import { insertAccount, lockKnownAccount, replaceContacts, saveAccount, type KnownAccount } from "./upsert-account.repo.server";
import type { UpsertAccountInput } from "./upsert-account.schema";

/**
 * A platform tells us about one of its accounts, the first time or again; saying the same twice changes nothing.
 * What was decided about the account is not the platform's to change. The trail names the fields, never their values.
 */
export async function upsertAccount(deps: Deps, actor: Actor, input: UpsertAccountInput): Promise<Result<{ accountId: string; created: boolean; changed: string[] }, "forbidden">> {
  if (!mayCall(actor, "account:write")) return refuse("forbidden");
  const now = deps.clock();
  const { platformId } = actor;
  return deps.db.$transaction(async (tx) => {
    const { externalId, businessName, planTier = null, language = "en" } = input;
    const newId = await insertAccount(tx, { platformId, externalId, businessName, planTier, language }, now);
    const known = newId ? null : await lockKnownAccount(tx, platformId, externalId);
    const accountId = known?.id ?? newId!;
    const changed = [...(known ? await updateFacts(tx, known, input, now) : []), ...(await updateContacts(tx, deps, accountId, input, now)), ...(await updateIdentifiers(tx, deps, accountId, input, now))];
    if (!known) await recordAudit(tx, actor, { type: "account.registered", at: now, platformId, accountId });
    else if (changed.length > 0) await recordAudit(tx, actor, { type: "account.updated", at: now, platformId, accountId, changed });
    return { ok: true as const, accountId, created: !known, changed: known ? changed : [] };
  });
}

async function updateFacts(tx: Tx, known: KnownAccount, input: UpsertAccountInput, now: DateTime): Promise<string[]> {
  const told: KnownAccount = {
    id: known.id,
    businessName: input.businessName,
    planTier: input.planTier === undefined ? known.planTier : input.planTier,
    language: input.language ?? known.language,
  };
  const changed = (["businessName", "planTier", "language"] as const).filter((fact) => told[fact] !== known[fact]);
  if (changed.length > 0) await saveAccount(tx, told, now);
  return changed;
}

async function updateContacts(tx: Tx, { crypto }: Deps, accountId: string, { emails, phones }: UpsertAccountInput, now: DateTime): Promise<string[]> {
  const changed: string[] = [];
  if (emails && (await replaceContacts(tx, crypto, accountId, "email", emails, now))) changed.push("emails");
  if (phones && (await replaceContacts(tx, crypto, accountId, "phone", phones, now))) changed.push("phones");
  return changed;
}

const toldAs = { payment: "paymentFingerprints", device: "devices", domain: "domains" } as const;

async function updateIdentifiers(tx: Tx, deps: Deps, accountId: string, input: UpsertAccountInput, now: DateTime): Promise<string[]> {
  const kinds = await keepIdentifiers(tx, deps, accountId, input, now);
  return kinds.flatMap((kind) => (kind !== "phone" && input[toldAs[kind]] ? toldAs[kind] : []));
}

import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { beginDraft, type BeginRefused } from "./begin-draft.repo.server";
import type { StartPolicyInput } from "./start-policy.schema";

type Refused = "forbidden" | "platform_unknown" | "policy_code_taken" | BeginRefused;

/** Begins a policy that a platform did not have: a name and an empty draft, which goes the way of every version before it binds anybody. */
export async function startPolicy(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { platformKey, code, kind, title, titleEs }: StartPolicyInput): Promise<Result<{ versionId: string }, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ versionId: string }, Refused>> => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const now = deps.clock();
    const policyId = newId();
    const { count } = await tx.policy.createMany({ data: [{ id: policyId, platformId: platform.id, code, kind, title, titleEs: titleEs ?? null }], skipDuplicates: true });
    if (count === 0) return refuse("policy_code_taken");
    await recordAudit(tx, actor, { type: "policy.started", at: now, platformId: platform.id, policyId, policy: code, kind, title });
    return beginDraft(tx, actor, policyId, now);
  });
}

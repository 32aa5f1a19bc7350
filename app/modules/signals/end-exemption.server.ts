import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { bumpRules, lockRuleBook } from "./rule-book.repo.server";
import type { EndExemptionInput } from "./rule-book.schema";

type Refused = "forbidden" | "platform_unknown" | "not_found" | "exemption_over";

/** Ends an exemption from now on. What the rule left alone while it held stays so. */
export async function endExemption(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: EndExemptionInput): Promise<Result<object, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const platform = await lockRuleBook(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const found = await tx.signalRuleExemption.findFirst({ where: { id: input.exemptionId, platformId: platform.id } });
    if (!found) return refuse("not_found");
    const now = deps.clock();
    const at = now.toJSDate();
    if (found.endedAt || (found.until && found.until <= at)) return refuse("exemption_over");
    await tx.signalRuleExemption.update({ where: { id: found.id }, data: { endedAt: at, endedById: actor.id, endedReason: input.reason }, select: { id: true } });
    await bumpRules(tx, platform.id);
    const { accountId, rule, startsAt, until } = found;
    await recordAudit(tx, actor, {
      type: "rule.exemption_ended",
      at: now,
      platformId: platform.id,
      accountId,
      exemptionId: found.id,
      rule,
      before: { startsAt: startsAt.toISOString(), until: until?.toISOString() ?? null },
      after: { startsAt: startsAt.toISOString(), until: at.toISOString() },
      reason: input.reason,
    });
    return { ok: true };
  });
}

import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { bumpRules, lockRuleBook } from "./rule-book.repo.server";
import type { ExemptAccountInput } from "./rule-book.schema";
import { beginsOn, endsAfter } from "./rule-change";
import { clauseOf } from "./rules/rule-catalogue";

type Refused = "forbidden" | "platform_unknown" | "account_unknown" | "rule_without_clause" | "effective_day_past" | "last_day_past" | "exempt_already";

/** Has a rule leave an account alone, with a reason: from now or a day ahead, until a day or until somebody ends it. What happened before stays judged. */
export async function exemptAccount(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, input: ExemptAccountInput): Promise<Result<{ exemptionId: string }, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  const { rule, reason } = input;
  return transact(deps.db, async (tx): Promise<Result<{ exemptionId: string }, Refused>> => {
    const platform = await lockRuleBook(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    if (!clauseOf(rule, platform.policyCodes)) return refuse("rule_without_clause");
    const account = await tx.account.findUnique({ where: { platformId_externalId: { platformId: platform.id, externalId: input.account } }, select: { id: true } });
    if (!account) return refuse("account_unknown");
    const now = deps.clock();
    const starts = beginsOn(input.startsOn, platform.zone, now);
    if (!starts.ok) return starts;
    const ends = endsAfter(input.lastDay, platform.zone, starts.at);
    if (!ends.ok) return ends;
    const [startsAt, until] = [starts.at.toJSDate(), ends.at?.toJSDate() ?? null];
    const there = { platformId: platform.id, accountId: account.id, rule };
    const same = await tx.signalRuleExemption.findFirst({
      where: { ...there, endedAt: null, OR: [{ until: null }, { until: { gt: startsAt } }], ...(until && { startsAt: { lt: until } }) },
      select: { id: true },
    });
    if (same) return refuse("exempt_already");
    const id = newId();
    await tx.signalRuleExemption.create({ data: { id, ...there, startsAt, until, reason, setById: actor.id, createdAt: now.toJSDate() } });
    await bumpRules(tx, platform.id);
    await recordAudit(tx, actor, { type: "rule.account_exempted", at: now, platformId: platform.id, accountId: account.id, exemptionId: id, rule, before: null, after: { startsAt: startsAt.toISOString(), until: until?.toISOString() ?? null }, reason });
    return { ok: true, exemptionId: id };
  });
}

import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockRuleBook, saveThreshold } from "./rule-book.repo.server";
import type { SetThresholdInput } from "./rule-book.schema";
import { thresholdBounds } from "./signal-points";

type Refused = "forbidden" | "invalid" | "platform_unknown" | "stale" | "threshold_unchanged";

/** Sets from how many points on an account's signals open a case. Cases that are open stay. */
export async function setThreshold(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { platformKey, signalThreshold, basedOn, reason }: SetThresholdInput): Promise<Result<object, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  if (!Number.isInteger(signalThreshold) || signalThreshold < thresholdBounds.min || signalThreshold > thresholdBounds.max) return refuse("invalid");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const platform = await lockRuleBook(tx, platformKey);
    if (!platform) return refuse("platform_unknown");
    if (platform.signalThreshold !== basedOn) return refuse("stale");
    if (platform.signalThreshold === signalThreshold) return refuse("threshold_unchanged");
    await saveThreshold(tx, platform.id, signalThreshold);
    await recordAudit(tx, actor, { type: "signal_threshold.set", at: deps.clock(), platformId: platform.id, before: { signalThreshold: platform.signalThreshold }, after: { signalThreshold }, reason });
    return { ok: true };
  });
}

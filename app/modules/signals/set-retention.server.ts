import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { leastRetentionDays, retentionBounds } from "./event-retention";
import { lockRuleBook, ruleBookOf, saveRetention } from "./rule-book.repo.server";
import type { SetRetentionInput } from "./set-retention.schema";

type Refused = "forbidden" | "invalid" | "platform_unknown" | "stale" | "retention_unchanged" | "retention_too_short" | "retention_unconfirmed" | "accounts_set_aside";

/**
 * Sets for how many days a platform's message events are kept. Never fewer than its rules look back, be they in force or to begin; fewer
 * than before needs the person's word, for what is dropped is gone, and no event may wait that an account set aside would lose by it.
 */
export async function setRetention(deps: Pick<Deps, "db" | "clock">, actor: StaffActor, { platformKey, days, basedOn, confirmed, reason }: SetRetentionInput): Promise<Result<object, Refused>> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  if (!Number.isInteger(days) || days < retentionBounds.min || days > retentionBounds.max) return refuse("invalid");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const platform = await lockRuleBook(tx, platformKey);
    if (!platform) return refuse("platform_unknown");
    const { eventRetentionDays: before } = await tx.platform.findUniqueOrThrow({ where: { id: platform.id }, select: { eventRetentionDays: true } });
    if (before !== basedOn) return refuse("stale");
    if (before === days) return refuse("retention_unchanged");
    const { book } = await ruleBookOf(tx, platform.id);
    if (days < leastRetentionDays(book.versions)) return refuse("retention_too_short");
    if (days < before) {
      if (!confirmed) return refuse("retention_unconfirmed");
      const [aside] = await tx.$queryRaw<{ any: boolean }[]>`SELECT EXISTS (SELECT FROM stream.quarantined_account WHERE platform_id = ${platform.id}::uuid) AS any`;
      if (aside!.any) return refuse("accounts_set_aside");
    }
    await saveRetention(tx, platform.id, days);
    await recordAudit(tx, actor, { type: "event_retention.set", at: deps.clock(), platformId: platform.id, before: { days: before }, after: { days }, reason });
    return { ok: true };
  });
}

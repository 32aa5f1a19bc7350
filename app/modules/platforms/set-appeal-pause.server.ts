import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { AppealPauseInput } from "./appeal-pause.schema";

/**
 * Sets for how long the clock of an appeal waits at most for an answer of whoever appealed (CF-AUP 7.3). A pause that has begun
 * keeps the end its appellant was told.
 */
export async function setAppealPause(deps: Deps, actor: Actor, { platformKey, pauseDays }: AppealPauseInput): Promise<Result<object, "forbidden" | "platform_unknown">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM platform WHERE key = ${platformKey} FOR NO KEY UPDATE`;
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true, appealPauseBusinessDays: true } });
    if (!platform) return refuse("platform_unknown");
    if (platform.appealPauseBusinessDays === pauseDays) return { ok: true };
    await tx.platform.update({ where: { id: platform.id }, data: { appealPauseBusinessDays: pauseDays }, select: { id: true } });
    await recordAudit(tx, actor, { type: "platform.appeal_pause_changed", at: now, platformId: platform.id, before: platform.appealPauseBusinessDays, after: pauseDays });
    return { ok: true };
  });
}

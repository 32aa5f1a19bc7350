import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import type { PauseNoticesInput } from "./pause-notices.schema";

export type PauseNoticesRefusal = "forbidden" | "platform_unknown" | "notices_paused";

/**
 * Nothing more that a platform, or any platform, tells people is handed over once this has committed; what is on a connection already is
 * finished. All of it stays queued, and nobody counts as informed meanwhile: no appeal window opens and no clock stops (CF-AUP 7.3).
 */
export async function pauseNotices(deps: Pick<Deps, "db" | "clock">, actor: Actor, { platformKey, reason, through }: PauseNoticesInput & { through?: string }): Promise<Result<{ pauseId: string }, PauseNoticesRefusal>> {
  if (!may(actor, "notice:pause") || actor.kind !== "staff") return refuse("forbidden");
  return deps.db.$transaction(async (tx) => {
    const at = deps.clock();
    const platform = platformKey === null ? null : await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true } });
    if (platformKey !== null && !platform) return refuse("platform_unknown");
    const platformId = platform?.id ?? null;
    const pauseId = newId();
    const begun = await tx.$executeRaw`
      INSERT INTO notice_pause (id, platform_id, paused_at, paused_by_id, pause_reason) VALUES (${pauseId}::uuid, ${platformId}::uuid, ${at.toJSDate()}, ${actor.id}::uuid, ${reason}) ON CONFLICT DO NOTHING`;
    if (begun === 0) return refuse("notices_paused");
    await recordAudit(tx, actor, { type: "notices.paused", at, platformId, pauseId, reason, through });
    return { ok: true, pauseId };
  });
}

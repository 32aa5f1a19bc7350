import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../../access/actor";
import { recordAudit } from "../../audit/record-audit.server";
import { noticeKinds } from "../notice-kind";
import { laneOf } from "./lane";
import { lockPause, stageWaiting } from "./notice-pause.repo.server";
import type { ResumeNoticesInput } from "./pause-notices.schema";

const first = noticeKinds.filter((kind) => laneOf(kind) === "first");

/** Ends a pause and hands over, at its pace, what waited for it, unless another pause still covers it. */
export async function resumeNotices(deps: Pick<Deps, "db" | "clock">, actor: Actor, { pauseId, reason, through }: ResumeNoticesInput & { through?: string }): Promise<Result<{ notices: number }, "forbidden" | "pause_unknown" | "pause_ended">> {
  if (!may(actor, "notice:pause") || actor.kind !== "staff") return refuse("forbidden");
  return deps.db.$transaction(
    async (tx) => {
      const at = deps.clock();
      const pause = await lockPause(tx, pauseId);
      if (!pause) return refuse("pause_unknown");
      if (!pause.isOpen) return refuse("pause_ended");
      await tx.noticePause.update({ where: { id: pauseId }, data: { endedAt: at.toJSDate(), endedById: actor.id, endReason: reason }, select: { id: true } });
      const notices = await stageWaiting(tx, pause.platformId, at.toJSDate(), first);
      await recordAudit(tx, actor, { type: "notices.resumed", at, platformId: pause.platformId, pauseId, reason, notices, through });
      return { ok: true, notices };
    },
    { timeout: 120_000 },
  );
}

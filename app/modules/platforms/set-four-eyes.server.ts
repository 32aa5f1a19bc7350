import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { fourEyesFloorDays, fourEyesKey, furtherKinds, furtherKindsIn } from "./four-eyes";
import type { SetFourEyesInput } from "./four-eyes.schema";

/**
 * Sets what takes a second person on a platform beyond the rule (rule of procedure 2), upward only: the rule's own cases
 * always do, and the database refuses anything less. It holds for what is decided from now on.
 */
export async function setFourEyes(deps: Deps, actor: StaffActor, input: SetFourEyesInput): Promise<Result<object, "forbidden" | "platform_unknown" | "four_eyes_moved" | "four_eyes_downward">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  if (input.suspensionDays > fourEyesFloorDays) return refuse("four_eyes_downward");
  return transact(deps.db, async (tx): Promise<Result<object, "platform_unknown" | "four_eyes_moved">> => {
    const [locked] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM platform WHERE key = ${input.platformKey} FOR NO KEY UPDATE`;
    if (!locked) return refuse("platform_unknown");
    const platform = await tx.platform.findUniqueOrThrow({ where: { id: locked.id }, select: { fourEyesSuspensionDays: true, fourEyesKinds: true } });
    const before = { fourEyesSuspensionDays: platform.fourEyesSuspensionDays, fourEyesKinds: furtherKindsIn(platform.fourEyesKinds) };
    if (fourEyesKey(before) !== input.seen) return refuse("four_eyes_moved");
    const after = { fourEyesSuspensionDays: input.suspensionDays, fourEyesKinds: furtherKinds.filter((kind) => input.kinds.includes(kind)) };
    await tx.platform.update({ where: { id: locked.id }, data: after, select: { id: true } });
    await recordAudit(tx, actor, { type: "platform.four_eyes_set", at: deps.clock(), platformId: locked.id, before, after, reason: input.reason });
    return { ok: true };
  });
}

import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { RemoveHolidayInput } from "./holiday.schema";

/** Makes an added day a business day again, for deadlines computed from now on. */
export async function removeHoliday(
  deps: Deps,
  actor: Actor,
  input: RemoveHolidayInput,
): Promise<Result<object, "forbidden" | "platform_unknown" | "not_found">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const { count } = await tx.businessHoliday.deleteMany({ where: { platformId: platform.id, day: new Date(`${input.day}T00:00:00Z`) } });
    if (count === 0) return refuse("not_found");
    await recordAudit(tx, actor, { type: "holiday.removed", at: now, platformId: platform.id, day: input.day });
    return { ok: true };
  });
}

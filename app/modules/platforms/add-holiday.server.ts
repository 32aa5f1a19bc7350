import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { AddHolidayInput } from "./holiday.schema";

const asDate = (day: string) => new Date(`${day}T00:00:00Z`);

/**
 * Adds a day on which the platform keeps no business hours. Deadlines computed from now on pass over it; those already
 * told to people stay as they were told.
 */
export async function addHoliday(
  deps: Deps,
  actor: Actor,
  input: AddHolidayInput,
): Promise<Result<object, "forbidden" | "platform_unknown" | "holiday_exists">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const row = { platformId: platform.id, day: asDate(input.day), name: input.name };
    const { count } = await tx.businessHoliday.createMany({ data: row, skipDuplicates: true });
    if (count === 0) return refuse("holiday_exists");
    await recordAudit(tx, actor, { type: "holiday.added", at: now, platformId: platform.id, day: input.day, name: input.name });
    return { ok: true };
  });
}

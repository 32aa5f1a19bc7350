import { DateTime } from "luxon";
import { businessCalendarNamed, type BusinessCalendar } from "~/infra/business-time";
import type { Tx } from "~/infra/db.server";
import type { Feature } from "./features";
import { furtherKindsIn, type FourEyes } from "./four-eyes";

export type Terms = FourEyes & {
  platformId: string;
  key: string;
  name: string;
  zone: string;
  calendar: BusinessCalendar;
  appealWindowDays: number;
  appealSlaBusinessDays: number;
  /** How long the clock of an appeal waits for one answer of the appellant. */
  appealPauseBusinessDays: number;
  interimMeasureDays: number;
  /** Every feature the gate answers for, in the platform's order, retired ones too. */
  features: Feature[];
};

/** What a platform's row says about time and features, with its calendar ready to use. */
export async function platformTerms(tx: Tx, platformId: string): Promise<Terms> {
  const platform = await tx.platform.findUniqueOrThrow({
    where: { id: platformId },
    include: { holidays: true, features: { orderBy: [{ position: "asc" }, { code: "asc" }] } },
  });
  const extra = platform.holidays.map(({ day, name }) => ({ day: DateTime.fromJSDate(day, { zone: "utc" }).toISODate() ?? "", name }));
  return {
    platformId,
    key: platform.key,
    name: platform.name,
    zone: platform.zone,
    calendar: businessCalendarNamed(platform.calendar, platform.zone, extra),
    appealWindowDays: platform.appealWindowDays,
    appealSlaBusinessDays: platform.appealSlaBusinessDays,
    appealPauseBusinessDays: platform.appealPauseBusinessDays,
    interimMeasureDays: platform.interimMeasureDays,
    fourEyesSuspensionDays: platform.fourEyesSuspensionDays,
    fourEyesKinds: furtherKindsIn(platform.fourEyesKinds),
    features: platform.features.map(({ code, name, nameEs, includes, retiredAt }) => ({ code, name, nameEs, includes, retired: retiredAt !== null })),
  };
}

import type { DateTime } from "luxon";
import { fourEyesFloorDays, type FourEyes } from "../platforms/four-eyes";

/** The time an interim measure held or will hold, its end exclusive. */
export type Held = { startsAt: DateTime; endsAt: DateTime };

/** For how long an interim measure of a case that is over still counts against another one of the same account. */
export const interimMemoryDays = 90;

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether interim measures would last longer in all than one person may suspend an account for (rule of procedure 2):
 * what takes a second person as a decision is not to be had by calling it interim, nor by lifting it and starting anew.
 * Days are the platform's; time that several measures share counts once.
 */
export function outlastsOnePerson(interim: Held, earlier: readonly Held[], terms: { zone: string; fourEyesSuspensionDays: number }): boolean {
  return heldMs([...earlier, interim], terms.zone) > terms.fourEyesSuspensionDays * dayMs;
}

/**
 * What an interim measure takes: one person, a second one where the platform asks for it or its limit for one person is
 * passed, and never longer in all than the rule lets anybody go without deciding.
 */
export function interimTakes(interim: Held, earlier: readonly Held[], terms: FourEyes & { zone: string }): "one" | "two" | "too_long" {
  if (outlastsOnePerson(interim, earlier, { zone: terms.zone, fourEyesSuspensionDays: fourEyesFloorDays })) return "too_long";
  return terms.fourEyesKinds.includes("interim_measure") || outlastsOnePerson(interim, earlier, terms) ? "two" : "one";
}

/**
 * What extending takes: as many people as starting it so long would, and never fewer than agreed to it when it started, also
 * where the platform has loosened its own rule since.
 */
export function extensionTakes({ approverId, ...longer }: Held & { approverId: string | null }, others: readonly Held[], terms: FourEyes & { zone: string }): "one" | "two" | "too_long" {
  const takes = interimTakes(longer, others, terms);
  return takes === "one" && approverId !== null ? "two" : takes;
}

function heldMs(measures: readonly Held[], zone: string): number {
  const spans = measures.map(({ startsAt, endsAt }) => ({ from: wallMs(startsAt, zone), to: wallMs(endsAt, zone) })).sort((a, b) => a.from - b.from);
  let total = 0;
  let reached = -Infinity;
  for (const { from, to } of spans) {
    total += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return total;
}

/** On the wall's clock a day has 24 hours, also when clocks change. */
const wallMs = (at: DateTime, zone: string): number => at.setZone(zone).setZone("utc", { keepLocalTime: true }).toMillis();

import type { DateTime } from "luxon";
import { z } from "zod";
import { refuse, type Result } from "~/infra/result";
import { areaName } from "~/modules/policy/areas";
import { compareSeverity, type Severity } from "~/modules/policy/severity";
import { measureInWords, measureSchema, type Measure } from "./measure";

/** Rungs are numbered 1 to 5 on every ladder, mildest first, so that a number means about as much on each. */
export const rungCount = 5;
export type RungNumber = 1 | 2 | 3 | 4 | 5;
export const rungNumbers = [1, 2, 3, 4, 5] as const satisfies readonly RungNumber[];

const rungNumber = z.literal(rungNumbers);

/** A ladder as a platform stores it: one per severity, versioned. `firstRung` is where an account without strikes stands. */
export const ladderRungsSchema = z.object({ firstRung: rungNumber, rungs: z.array(measureSchema).length(rungCount) });

export type Ladder = z.infer<typeof ladderRungsSchema> & {
  severity: Severity;
  version: number;
  strikeWeight: number;
  strikeExpiryDays: number;
};

/** A strike as the record of the account holds it. `area` is that of the clause it was given for. */
export type Strike = {
  id: string;
  area: string;
  weight: number;
  issuedAt: DateTime;
  expiresAt: DateTime;
  voidedAt: DateTime | null;
};

/** What was found, as far as the ladder cares. */
export type LadderFinding = { clauseCode: string; area: string; ladder: Ladder };

export type Recommendation = {
  rung: RungNumber;
  measure: Measure;
  /** The finding whose ladder was climbed. */
  clauseCode: string;
  severity: Severity;
  ladderVersion: number;
  /** Sum of the weights of the strikes counted. */
  activeWeight: number;
  countedStrikeIds: string[];
  /** "Second active strike for spam: 7-day restriction of marketing messages." */
  explanation: string;
};

/** A strike counts from its issue until, exclusively, its expiry, and never once it was voided. */
export const isActiveStrike = (strike: Strike, now: DateTime): boolean =>
  strike.voidedAt === null && +strike.issuedAt <= +now && +now < +strike.expiresAt;

export const activeStrikes = (strikes: readonly Strike[], now: DateTime): Strike[] =>
  strikes.filter((strike) => isActiveStrike(strike, now));

const clamp = (rung: number): RungNumber => Math.min(Math.max(Math.trunc(rung), 1), rungCount) as RungNumber;

/** Where a weight of active strikes leads on one ladder: one rung up from its first for each unit of weight. */
export const rungAt = (ladder: Ladder, activeWeight: number): RungNumber => clamp(ladder.firstRung + activeWeight);

export function measureAt(ladder: Ladder, rung: RungNumber): Measure {
  const measure = ladder.rungs[rung - 1];
  if (!measure) throw new RangeError(`The ${ladder.severity} ladder has no rung ${rung}`);
  return measure;
}

/**
 * The rung the ladder leads to (rule of procedure 1): the highest that any finding reaches, from its severity and the
 * account's active strikes of whatever area. Of findings that reach the same rung the gravest speaks, then the first code.
 *
 * @throws RangeError without findings: a decision of no violation climbs no ladder
 */
export function recommendRung(
  findings: readonly LadderFinding[],
  strikes: readonly Strike[],
  now: DateTime,
  featureNames: Readonly<Record<string, string>> = {},
): Recommendation {
  const counted = activeStrikes(strikes, now);
  const activeWeight = counted.reduce((sum, { weight }) => sum + weight, 0);
  const [leading] = [...findings].sort(
    (a, b) =>
      rungAt(b.ladder, activeWeight) - rungAt(a.ladder, activeWeight) ||
      compareSeverity(b.ladder.severity, a.ladder.severity) ||
      (a.clauseCode < b.clauseCode ? -1 : 1),
  );
  if (!leading) throw new RangeError("A recommendation needs at least one finding");
  const rung = rungAt(leading.ladder, activeWeight);
  const measure = measureAt(leading.ladder, rung);
  return {
    rung,
    measure,
    clauseCode: leading.clauseCode,
    severity: leading.ladder.severity,
    ladderVersion: leading.ladder.version,
    activeWeight,
    countedStrikeIds: counted.map(({ id }) => id).sort(),
    explanation: explain(leading, counted, activeWeight, measureInWords(measure, featureNames)),
  };
}

const ordinals = ["First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"];
const endings: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };
const places = new Intl.PluralRules("en-US", { type: "ordinal" });
const ordinal = (n: number): string => ordinals[n - 1] ?? `${n}${endings[places.select(n)] ?? "th"}`;

function explain(leading: LadderFinding, counted: readonly Strike[], activeWeight: number, measure: string): string {
  const sameArea = counted.every(({ area }) => area === leading.area);
  const nth = ordinal(counted.length + 1);
  const subject = sameArea
    ? `${nth} active strike for ${areaName(leading.area)}`
    : `${nth} active strike on this account, this one for ${areaName(leading.area)} (before: ${tally(counted)})`;
  const heavy = activeWeight > counted.length ? `, with earlier strikes of weight ${activeWeight}` : "";
  const severe = leading.ladder.firstRung > 1 && counted.length === 0 ? ` (${leading.ladder.severity} severity starts at rung ${leading.ladder.firstRung})` : "";
  return `${subject}${heavy}${severe}: ${measure}.`;
}

function tally(strikes: readonly Strike[]): string {
  const perArea = new Map<string, number>();
  for (const { area } of strikes) perArea.set(area, (perArea.get(area) ?? 0) + 1);
  return [...perArea].map(([area, count]) => `${count} for ${areaName(area)}`).sort().join(", ");
}

/** A rung as chosen by a person; `measure` differs from the ladder's own when days or features were changed. */
export type Choice = { rung: RungNumber; measure: Measure; justification: string };

export type Deviation = "none" | "drops" | "skips" | "differs";

const sameMeasure = (a: Measure, b: Measure): boolean => {
  if (a.kind !== b.kind) return false;
  if ("days" in a && "days" in b && a.days !== b.days) return false;
  if (a.kind !== "feature_restriction" || b.kind !== "feature_restriction") return true;
  return [...a.features].sort().join() === [...b.features].sort().join();
};

/** How a choice leaves the recommendation: below it, above it, or on the same rung with another extent. */
export function deviationOf(recommended: Pick<Recommendation, "rung" | "measure">, choice: Pick<Choice, "rung" | "measure">): Deviation {
  if (choice.rung !== recommended.rung) return choice.rung < recommended.rung ? "drops" : "skips";
  return sameMeasure(recommended.measure, choice.measure) ? "none" : "differs";
}

export const shortestJustification = 20;

/** Staff may leave the ladder only with a written justification (rule of procedure 1). */
export function checkChoice(
  recommended: Pick<Recommendation, "rung" | "measure">,
  choice: Choice,
): Result<{ deviation: Deviation }, "justification_missing"> {
  const deviation = deviationOf(recommended, choice);
  if (deviation !== "none" && choice.justification.trim().length < shortestJustification) {
    return refuse("justification_missing", { deviation, recommended: recommended.rung, chosen: choice.rung });
  }
  return { ok: true, deviation };
}

/** The strike a decision adds: one, for its gravest finding, whatever rung was chosen. */
export function strikeFor(ladder: Ladder, issuedAt: DateTime<true>): { weight: number; issuedAt: DateTime<true>; expiresAt: DateTime<true> } {
  return { weight: ladder.strikeWeight, issuedAt, expiresAt: issuedAt.plus({ days: ladder.strikeExpiryDays }) };
}

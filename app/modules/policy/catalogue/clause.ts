import type { PolicyArea } from "../areas";
import type { Severity } from "../severity";
import { bodiesEs } from "./bodies-es";
import { titlesEs } from "./titles-es";

export type ReportLabel = { en: string; es: string };

/**
 * One clause as it is seeded. The severity picks the ladder: every platform has one ladder per severity. Titles and
 * bodies are our own words; the section tells where the policy says it.
 */
export type CatalogueClause = {
  /** Stable through every version: "CF-AUP-3.1.b". */
  code: string;
  section: string;
  area: PolicyArea;
  title: string;
  /** Null: nobody has put it into Spanish, and the English one stands in. */
  titleEs: string | null;
  body: string;
  /** Null: as with the title. */
  bodyEs: string | null;
  severity: Severity;
  /** What a person who reports abuse picks, in plain words; null when no account holder can breach it. */
  reportLabel: ReportLabel | null;
};

export type CataloguePolicy = {
  code: string;
  platform: string;
  kind: "acceptable_use" | "privacy";
  title: string;
  titleEs: string;
  /** The day from which the seeded first version is in force, in the platform's zone. */
  effectiveOn: string;
  /** The date the source itself shows, where it shows one. */
  lastUpdatedOn: string | null;
  summary: string;
  summaryEs?: string;
  clauses: readonly CatalogueClause[];
};

type Item = readonly [letter: string, severity: Severity, title: string, body: string, en: string, es: string];

/** The lettered items of one section, in the order of the policy. An empty letter is the section itself. */
export function section(policy: string, number: string, area: PolicyArea, items: readonly Item[]): CatalogueClause[] {
  return items.map(([letter, severity, title, body, en, es]) => {
    const code = letter ? `${policy}-${number}.${letter}` : `${policy}-${number}`;
    return { code, section: number, area, title, titleEs: titlesEs[code] ?? null, body, bodyEs: bodiesEs[code] ?? null, severity, reportLabel: en ? { en, es } : null };
  });
}

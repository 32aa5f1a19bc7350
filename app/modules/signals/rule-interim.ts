import type { RuleMode } from "./rules/rule-catalogue";

/** What a rule proposes while a case is looked into (CF-AUP 7.1): to restrict these features for so many local days. */
export interface InterimProposal {
  features: string[];
  days: number;
}

/** Bounds of the days. A rule restricts features and never a whole account: suspending one takes a person. */
export const interimDayBounds = { min: 1, max: 30 } as const;

/** A version of the last mode that was set before versions named features: its signals open cases, and nothing more. */
export const proposesNothing = ({ mode, measure }: { mode: RuleMode; measure: InterimProposal | null }): boolean => mode === "signal_and_interim" && measure === null;

const list = new Intl.ListFormat("en-US", { type: "conjunction" });

/** "a 7-day restriction of marketing messages" */
export const proposalInWords = ({ features, days }: InterimProposal, names: Readonly<Record<string, string>>): string =>
  `${days === 8 || days === 11 || days === 18 ? "an" : "a"} ${days}-day restriction of ${list.format(features.map((code) => names[code] ?? code.replaceAll("_", " ")))}`;

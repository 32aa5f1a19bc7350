import { measureInWords, type Measure } from "./measure";

/** What was decided or proposed, beside what the ladder had recommended. */
export type DecidedMeasure = { measure: Measure; recommended: Measure; lawEnforcementReferral: boolean };

/** "45-day suspension, instead of the 7-day suspension the ladder recommends": what a second person or a reviewer judges. */
export function decidedInWords({ measure, recommended, lawEnforcementReferral }: DecidedMeasure, featureNames: Readonly<Record<string, string>> = {}): string {
  const [said, advised] = [measureInWords(measure, featureNames), measureInWords(recommended, featureNames)];
  const beside = lawEnforcementReferral ? " and a referral to law enforcement" : "";
  return said === advised ? `${said}${beside}, as the ladder recommends` : `${said}${beside}, instead of the ${advised} the ladder recommends`;
}

/** One strike in words, the same on every page: "strike of weight 2". */
export const strikeInWords = (weight: number): string => `strike of weight ${weight}`;

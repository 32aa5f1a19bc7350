import { z } from "zod";
import { severities } from "./severity";

const reportLabelSchema = z.object({ en: z.string(), es: z.string() });

export const clauseTextSchema = z.object({
  /** Stays through every version: "CF-AUP-3.1.b". */
  code: z.string(),
  area: z.string(),
  /** Place in the document: "3.1". */
  section: z.string(),
  title: z.string(),
  titleEs: z.string().nullable(),
  /** Markdown. */
  body: z.string(),
  /** Not in what was kept before there were any. */
  bodyEs: z.string().nullable().default(null),
  severity: z.enum(severities),
  reportLabel: reportLabelSchema.nullable(),
});
export type ClauseText = z.output<typeof clauseTextSchema>;

/** All that two people agree to when they publish a version; also as it is kept with what was posted. */
export const policyContentSchema = z.object({
  policy: z.string(),
  number: z.number().int(),
  material: z.boolean(),
  materialReason: z.string(),
  summary: z.string(),
  summaryEs: z.string().nullable(),
  clauses: z.array(clauseTextSchema),
});
export type PolicyContent = z.output<typeof policyContentSchema>;

/** A clause without a Spanish text reads as it did before there were any: hashes that two people agreed to stay right. */
const canonicalClause = ({ code, area, section, title, titleEs, body, bodyEs, severity, reportLabel }: ClauseText) => ({
  code,
  area,
  section,
  title,
  titleEs,
  body,
  ...(bodyEs !== null && { bodyEs }),
  severity,
  reportLabel: reportLabel && { en: reportLabel.en, es: reportLabel.es },
});

/** The one text that stands for a content, so that whoever has the content can compute its hash: JSON, keys in this order, clauses in theirs. */
export const canonicalContent = ({ policy, number, material, materialReason, summary, summaryEs, clauses }: PolicyContent): string =>
  JSON.stringify({ policy, number, material, materialReason, summary, summaryEs, clauses: clauses.map(canonicalClause) });

/** Whether two clauses say the same in every part. */
export const sameClause = (a: ClauseText, b: ClauseText): boolean => JSON.stringify(canonicalClause(a)) === JSON.stringify(canonicalClause(b));

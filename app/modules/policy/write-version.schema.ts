import { z } from "zod";
import { cleanLine, cleanText } from "~/infra/text";
import { paceFields } from "../notices/campaign/change-pace.schema";
import { policyAreas } from "./areas";
import { sectionPattern } from "./clause-code";
import { severities } from "./severity";

const emptyIsNone = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (typeof value === "string" && value.trim() === "" ? undefined : value), schema.optional());
const id = z.uuid();
const revision = z.coerce.number().int().min(0);

export const longestBody = 20_000;
/** The most clauses of one version: a document that people read. */
export const mostClauses = 500;

/** What a clause says, as the form sends it. */
const clauseText = {
  section: z.string({ error: "Give the number of the section, like 3.1." }).trim().regex(sectionPattern, "Give the number of the section, like 3.1."),
  title: cleanLine({ max: 160, required: "Give the clause a title." }),
  titleEs: emptyIsNone(cleanLine({ max: 160 })),
  body: cleanText({ max: longestBody, required: "Write what the clause says." }),
  bodyEs: emptyIsNone(cleanText({ max: longestBody })),
  severity: z.enum(severities, { error: "Choose how grave a breach is." }),
  labelEn: emptyIsNone(cleanLine({ max: 160 })),
  labelEs: emptyIsNone(cleanLine({ max: 160 })),
  /** The clause it stands after; empty: the first of the document. */
  after: z.preprocess((value) => (value === "" ? undefined : value), id.optional()),
};
const labelWhole = (value: { labelEn?: string; labelEs?: string }) => (value.labelEn === undefined) === (value.labelEs === undefined);
const labelHalf = { error: "Give the choice in the report form in both languages, or in none.", path: ["labelEs"] };

export const saveClauseSchema = z
  .object({
    ...clauseText,
    basedOn: revision,
    /** The clause it stood after when the form was made: only whoever moved it moves it. */
    stoodAfter: z.preprocess((value) => (value === "" ? undefined : value), id.optional()),
  })
  .refine(labelWhole, labelHalf);
export type SaveClauseInput = z.output<typeof saveClauseSchema> & { versionId: string; clauseId: string };

export const addClauseSchema = z
  .object({ ...clauseText, code: cleanLine({ max: 60, required: "Give the clause a code." }), area: z.enum(policyAreas, { error: "Choose the area of conduct." }) })
  .refine(labelWhole, labelHalf);
export type AddClauseInput = z.output<typeof addClauseSchema> & { versionId: string };

/** What a form says of a clause, as it is kept. */
export const writtenClause = ({ section, title, titleEs, body, bodyEs, severity, labelEn, labelEs }: Omit<z.output<typeof addClauseSchema>, "code" | "area" | "after">) => ({
  section,
  title,
  titleEs: titleEs ?? null,
  body,
  bodyEs: bodyEs ?? null,
  severity,
  reportLabel: labelEn && labelEs ? { en: labelEn, es: labelEs } : null,
});

export const removeClauseSchema = z.object({ basedOn: revision });
export const bringBackSchema = z.object({ clauseId: id });

export const versionDetailsSchema = z.object({
  basedOn: revision,
  summary: cleanText({ max: 4_000, min: 0 }),
  summaryEs: emptyIsNone(cleanText({ max: 4_000 })),
  material: z.enum(["yes", "no"], { error: "Say whether the change is material." }).transform((value) => value === "yes"),
  materialReason: cleanText({ max: 1_000, min: 0 }),
});
export type VersionDetailsInput = z.output<typeof versionDetailsSchema> & { versionId: string };

/** Handing in, agreeing to and sending back are about the text a person looked at, named by its hash or by how often it was saved. */
export const handInSchema = z.object({ seen: revision });
export const sendBackSchema = z.object({ seen: z.string().regex(/^[0-9a-f]{64}$/), note: cleanText({ max: 1_000, min: 5, required: "Say what should change, for whoever wrote it." }) });
export const publishSchema = z.object({
  seen: z.string().regex(/^[0-9a-f]{64}$/),
  effectiveOn: z.iso.date("Give the day from which it is in force."),
  /** How fast account holders are told; left out, as the platform's last campaign. */
  ...z.object(paceFields).partial().shape,
});
export type PublishInput = z.output<typeof publishSchema> & { versionId: string };
export const cancelVersionSchema = z.object({ note: cleanText({ max: 1_000, min: 5, required: "Say why it is called off: it is posted where the change was." }) });
export const discardVersionSchema = z.object({ seen: revision, note: cleanText({ max: 1_000, min: 5, required: "Say why it is discarded: the audit trail keeps it." }) });
export type DiscardVersionInput = z.output<typeof discardVersionSchema> & { versionId: string };
export const testSendVersionSchema = z.object({ language: z.enum(["en", "es"], { error: "Choose the language." }) });
export type TestSendVersionInput = z.output<typeof testSendVersionSchema> & { versionId: string };

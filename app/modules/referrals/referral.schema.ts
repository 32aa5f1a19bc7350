import { z } from "zod";
import { cleanLine, cleanText } from "~/infra/text";

/** What a referral rests on, as the drafter states it; the agency's counsel judges it. */
export const legalBases = {
  emergency: "Danger to life or limb",
  legal_duty: "A law that obliges us to report",
  legal_process: "A warrant, subpoena or court order",
  victim_protection: "To protect the rights or property of the platform or its users",
  consent: "Consent of the person concerned",
} as const;
export type LegalBasis = keyof typeof legalBases;

const civilDay = z.iso.date("Give a day.");
const optionalLine = (max: number) => z.preprocess((value) => (value === "" || value === undefined ? undefined : value), cleanLine({ max }).optional()).transform((value) => value ?? "");
const optionalText = (max: number) => z.preprocess((value) => (value === "" || value === undefined ? undefined : value), cleanText({ max }).optional()).transform((value) => value ?? "");

const list = z.preprocess((value) => (value === undefined ? [] : Array.isArray(value) ? value : [value]), z.array(z.uuid()).max(2_000));

export const referralContentSchema = z.object({
  agency: cleanLine({ max: 200, required: "Name the agency that gets the packet." }),
  agencyReference: optionalLine(120),
  legalBasis: z.enum(Object.keys(legalBases) as [LegalBasis, ...LegalBasis[]], "Choose what the referral rests on."),
  narrative: cleanText({ max: 20_000, required: "Write what happened, for somebody who knows nothing of it." }),
  periodFrom: civilDay,
  periodTo: civilDay,
  hiddenNames: optionalText(4_000),
  reports: list,
  files: list,
  originals: list,
  /** One reason for each original, by the file's id. */
  reasons: z.record(z.uuid(), optionalLine(500)).default({}),
});
export type ReferralContentInput = z.infer<typeof referralContentSchema>;

export const reasonSchema = cleanText({ max: 2_000, required: "Write a reason." });

const reasonPrefix = "reason.of-";

/** Where a form has the reason for an original: a part of a field's name begins with a letter, and an id need not. */
export const reasonField = (fileId: string): string => `${reasonPrefix}${fileId}`;

/** The reasons of a form, by the files' ids. */
export const reasonsOf = (form: FormData): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (name.startsWith(reasonPrefix) && typeof value === "string" && value.trim() !== "" ? [[name.slice(reasonPrefix.length), value]] : [])));

import { z } from "zod";
import { locales } from "#emails/locale";
import { cleanLine } from "~/infra/text";
import { templatedKinds } from "./catalogue";

/** What the text is checked for is the checker's to say, with the place: here only what a field can hold. */
const source = z.string().max(40_000, "This is far too long.").transform((text) => text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, "").normalize("NFC").trim());

export const templateAddressSchema = z.object({
  platformKey: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
  kind: z.enum(templatedKinds),
  language: z.enum(locales),
});
export type TemplateAddress = z.output<typeof templateAddressSchema>;

export const templateTextSchema = z.object({ subject: source.pipe(z.string().max(500, "Use at most 200 characters.")), body: source });

const change = {
  /** Number of the version the form was made from; 0 where there was none. */
  basedOn: z.coerce.number().int().min(0),
  note: cleanLine({ max: 300, min: 5, required: "Say what changes and why, for the record." }),
  /** First day in the platform's zone on which it is used; empty: at once. */
  effectiveOn: z.preprocess((value) => (value === "" ? undefined : value), z.iso.date("There is no such day.").optional()),
};

export const saveTemplateSchema = z.discriminatedUnion("intent", [
  templateTextSchema.extend({ intent: z.literal("save"), ...change }),
  z.object({ intent: z.literal("revert"), ...change }),
]);
export type SaveTemplateInput = z.output<typeof saveTemplateSchema> & TemplateAddress;

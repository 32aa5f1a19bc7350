import { z } from "zod";
import { cleanLine } from "~/infra/text";

const platformKey = z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "There is no such platform.");
const code = z.string({ error: "Give it a code." }).regex(/^[a-z][a-z0-9_]{1,39}$/, "Use small letters, digits and underscores, beginning with a letter: voice_calls.");
const listed = (value: unknown): unknown => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

const named = {
  platformKey,
  code,
  name: cleanLine({ max: 60, required: "Say what it is called in English." }),
  nameEs: cleanLine({ max: 60, required: "Say what it is called in Spanish." }),
  includes: z.preprocess(listed, z.array(code).max(50)),
};

/** A new feature; its code is what the platform asks the gate about and never changes. */
export const addFeatureSchema = z.object(named);
export type AddFeatureInput = z.output<typeof addFeatureSchema>;

/** Other names, or other features it contains. */
export const changeFeatureSchema = z.object(named);
export type ChangeFeatureInput = z.output<typeof changeFeatureSchema>;

export const retireFeatureSchema = z.object({ platformKey, code, retire: z.stringbool() });
export type RetireFeatureInput = z.output<typeof retireFeatureSchema>;

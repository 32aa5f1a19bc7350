import { z } from "zod";
import { cleanText } from "~/infra/text";
import { isTerritory, territories, type Territory } from "../transparency/dsa-values";

const listed = (value: unknown): unknown => (value === undefined || value === "" ? [] : Array.isArray(value) ? value : [value]);

/** Said once for the whole list, so that a form shows it beside the group and not beside no field. */
const countries = z
  .array(z.string().max(40), { error: "Choose countries from the list." })
  .max(2 * territories.length, "Choose countries from the list.")
  .superRefine((codes, context) => {
    const unknown = codes.filter((code) => !isTerritory(code));
    if (unknown.length > 0) context.addIssue({ code: "custom", message: `${unknown.join(", ")} is not the code of an EU or EEA country.` });
  })
  .transform((codes): Territory[] => [...new Set(codes.filter(isTerritory))].sort());

export const setTransparencySchema = z.object({
  platformKey: z.string({ error: "There is no such platform." }).regex(/^[a-z0-9-]{1,40}$/, "There is no such platform."),
  exports: z.enum(["on", "off"], { error: "Say whether the platform hands over its statements." }).transform((answer) => answer === "on"),
  territory: z.preprocess(listed, countries),
  /** What held when the form was made, as {@link transparencyKey} writes it; absent where nobody read it before. */
  seen: z.string().max(200).optional(),
  reason: cleanText({ max: 2_000, min: 10, required: "Say why, in a sentence: it stays in the audit trail." }),
});
export type SetTransparencyInput = z.output<typeof setTransparencySchema>;

/** What holds as one text, so that a form made from older settings is known. */
export const transparencyKey = ({ exports, territory }: { exports: boolean; territory: readonly string[] }): string => `${exports ? "on" : "off"} ${[...territory].sort().join(" ")}`.trim();

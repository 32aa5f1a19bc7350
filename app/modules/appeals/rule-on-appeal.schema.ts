import { z } from "zod";
import { cleanText } from "~/infra/text";
import { leakConfirmations } from "../notices/leak-confirmation.schema";
import { measureSchema, type Measure } from "../enforcement/measure";

/** Why an appeal cannot be heard on its merits. */
export const inadmissibleReasons = ["late", "incomplete", "repeated", "other"] as const;
export type InadmissibleReason = (typeof inadmissibleReasons)[number];

export const inadmissibleReasonNames: Record<InadmissibleReason, string> = {
  late: "It came after the time limit",
  incomplete: "It does not say what was wrong, and asking did not help",
  repeated: "It repeats an appeal that was ruled on",
  other: "Another reason, given in the grounds",
};

const common = {
  appealId: z.uuid(),
  /** Version of the appeal the form was made from. */
  version: z.coerce.number().int().positive(),
  /** Sent to the account holder as written. */
  grounds: cleanText({ max: 5_000, min: 20, required: "Write the grounds, in a sentence or more. The account holder reads them." }),
  /** Words of the grounds that look like a leak and are none. */
  confirmed: leakConfirmations,
};

const blankToUndefined = (value: unknown): unknown => (value === "" ? undefined : value);
const days = z.preprocess(blankToUndefined, z.coerce.number("Say for how many days.").int("Say a whole number of days.").min(1, "At least one day.").max(3650, "At most 3,650 days."));

const newMeasure = z.discriminatedUnion(
  "kind",
  [
    z.object({ kind: z.literal("warning") }),
    z.object({ kind: z.literal("feature_restriction"), features: z.array(z.string().min(1).max(60)).min(1, "Choose at least one feature."), days }),
    z.object({ kind: z.literal("suspension"), days }),
  ],
  { error: "Choose the milder measure." },
);

/** The ruling form and the command: one of four rulings, with what each of them needs. */
export const rulingSchema = z.discriminatedUnion(
  "ruling",
  [
    z.object({ ...common, ruling: z.literal("upheld") }),
    z.object({ ...common, ruling: z.literal("overturned") }),
    z.object({ ...common, ruling: z.literal("modified"), measure: newMeasure.transform((given): Measure => measureSchema.parse(given)) }),
    z.object({ ...common, ruling: z.literal("inadmissible"), inadmissibleReason: z.enum(inadmissibleReasons, "Choose why it cannot be heard.") }),
  ],
  { error: "Choose a ruling." },
);
export type RulingInput = z.output<typeof rulingSchema>;

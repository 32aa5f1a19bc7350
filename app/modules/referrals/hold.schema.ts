import { z } from "zod";
import { cleanLine, cleanText } from "~/infra/text";
import { reasonSchema } from "./referral.schema";

const scope = { accountId: z.uuid("Choose an account."), caseId: z.preprocess((value) => (value === "" ? undefined : value), z.uuid().optional()) };
const optional = (max: number) => z.preprocess((value) => (value === "" || value === undefined ? undefined : value), cleanText({ max }).optional()).transform((value) => value ?? "");

export const setHoldSchema = z.object({
  ...scope,
  authority: cleanLine({ max: 200, required: "Name who or what obliges us to keep the data: a court, an agency, our counsel." }),
  reason: reasonSchema,
});
export type SetHoldInput = z.infer<typeof setHoldSchema>;

export const recordPreservationSchema = z.object({
  ...scope,
  agency: cleanLine({ max: 200, required: "Name the agency that asked." }),
  agencyReference: optional(120),
  receivedOn: z.iso.date("Give the day on which it was received."),
  note: optional(2_000),
});
export type RecordPreservationInput = z.infer<typeof recordPreservationSchema>;

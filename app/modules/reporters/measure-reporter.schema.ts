import { z } from "zod";
import { cleanText } from "~/infra/text";
import { muteDays } from "./reporter-record";

export const measureReporterSchema = z.object({
  reporterId: z.uuid(),
  kind: z.enum(["warning", "mute"]),
  reason: cleanText({ max: 2000, required: "Say why, in words the reporter will read." }),
  days: z.coerce.number().int().min(1, "Use at least 1 day.").max(muteDays.most, `Use at most ${muteDays.most} days.`).default(muteDays.usual),
});
export type MeasureReporterInput = z.output<typeof measureReporterSchema>;

export const ruleOnObjectionSchema = z.object({
  measureId: z.uuid(),
  ruling: z.enum(["upheld", "lifted"], { error: "Choose what becomes of it." }),
  grounds: cleanText({ max: 4000, required: "Give the grounds. The reporter gets them." }),
});
export type RuleOnObjectionInput = z.output<typeof ruleOnObjectionSchema>;

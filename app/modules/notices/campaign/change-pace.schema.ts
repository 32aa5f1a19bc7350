import { z } from "zod";

const whole = (least: number, most: number) => {
  const error = `Give a whole number from ${least.toLocaleString("en-US")} to ${most.toLocaleString("en-US")}.`;
  return z.string({ error }).trim().regex(/^\d{1,5}$/, error).transform(Number).refine((value) => value >= least && value <= most, { error });
};

/** How fast a campaign goes, as a form says it. */
export const paceFields = {
  ratePerSecond: whole(1, 1_000),
  domainPerSecond: whole(1, 1_000),
  /** 0: full from the first message. A week at most. */
  warmUpMinutes: whole(0, 10_080),
};

export const changePaceSchema = z.object({ campaignId: z.uuid(), ...paceFields });
export type ChangePaceInput = z.output<typeof changePaceSchema>;

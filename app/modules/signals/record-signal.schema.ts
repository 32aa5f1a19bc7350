import { z } from "zod";

/** One machine finding, as a detection rule reports it. Instants are ISO 8601; the window is [start, end). */
export const recordSignalSchema = z
  .object({
    accountId: z.uuid(),
    /** The clause the rule watches over: "CF-AUP-4.4.c". */
    clauseCode: z.string().max(40),
    rule: z.string().regex(/^[a-z_]{3,40}$/),
    ruleVersion: z.number().int().positive(),
    windowStart: z.iso.datetime(),
    windowEnd: z.iso.datetime(),
    observed: z.number().finite(),
    threshold: z.number().finite(),
    /** How far beyond the threshold, from 0 to 100. */
    score: z.int().min(0).max(100),
    /** Counts with their denominators, by name: { opt_outs: 41, delivered: 1204 }. */
    measures: z.record(z.string().max(40), z.number().finite()),
    eventIds: z.array(z.string().max(100)).max(10_000),
  })
  .refine((signal) => Date.parse(signal.windowStart) < Date.parse(signal.windowEnd), { message: "The window ends before it starts.", path: ["windowEnd"] });

export type RecordSignalInput = z.infer<typeof recordSignalSchema>;

import { z } from "zod";

export const appealsViews = ["open", "mine", "unassigned", "settled"] as const;
export type AppealsView = (typeof appealsViews)[number];

export const appealsFilterSchema = z.object({
  view: z.enum(appealsViews).catch("open"),
  after: z.string().max(60).nullish().catch(null),
});

export const appealsViewNames: Record<AppealsView, string> = { open: "Open", mine: "Mine", unassigned: "Nobody’s yet", settled: "Settled" };

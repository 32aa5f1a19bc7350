import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { filterQuery, parseQueueAddress } from "./queue-filter";

export const saveViewSchema = z.object({
  name: cleanLine({ max: 60, required: "Give the view a name." }),
  /** Search part of an address of the queue; only what narrows it is kept. */
  query: z.string().max(1_000).default("").transform((query) => filterQuery(parseQueueAddress(new URLSearchParams(query)).filter)),
});
export type SaveViewInput = z.infer<typeof saveViewSchema>;

export const removeViewSchema = z.object({ viewId: z.uuid() });
export type RemoveViewInput = z.infer<typeof removeViewSchema>;

import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { webhookEventTypes } from "./webhook-events";

export const createEndpointSchema = z.object({
  platformKey: z.string({ error: "Choose a platform." }).regex(/^[a-z][a-z0-9-]{1,40}$/, "Choose a platform."),
  url: z.url({ protocol: /^https?$/, error: "Write the whole address, such as https://hooks.example.com/abuse." }).max(500, "This address is too long."),
  description: cleanLine({ max: 120 }),
  /** None chosen: all. */
  events: z.array(z.enum(webhookEventTypes)).default([]).transform((types) => [...new Set(types)]),
});
export type CreateEndpointInput = z.output<typeof createEndpointSchema>;

export const endpointTargetSchema = z.object({ endpointId: z.uuid("There is no such endpoint.") });
export const replaySchema = z.object({ deliveryId: z.uuid("There is no such delivery.") });

/** What the delivery log is narrowed to by its address; a part that cannot be read narrows nothing. */
export const logFilterSchema = z.object({
  endpoint: z.uuid().optional().catch(undefined),
  state: z.enum(["pending", "failed"]).optional().catch(undefined),
  before: z.uuid().optional().catch(undefined),
});
export type LogFilter = z.output<typeof logFilterSchema>;

/** The filter as an address, with what is changed of it; back on the first page unless the change says which. */
export function logAddress({ endpoint, state }: LogFilter, change: LogFilter = {}): string {
  const asked = Object.entries({ endpoint, state, ...change }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const query = new URLSearchParams(asked).toString();
  return `/settings/webhooks${query === "" ? "" : `?${query}`}`;
}

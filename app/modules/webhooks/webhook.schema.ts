import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { webhookEventTypes } from "./webhook-events";

export const createEndpointSchema = z.object({
  platformKey: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/, "Choose a platform."),
  url: z.url({ protocol: /^https?$/, error: "Write the whole address, such as https://hooks.example.com/abuse." }).max(500, "This address is too long."),
  description: cleanLine({ max: 120 }),
  /** None chosen: all. */
  events: z.array(z.enum(webhookEventTypes)).default([]).transform((types) => [...new Set(types)]),
});
export type CreateEndpointInput = z.output<typeof createEndpointSchema>;

export const endpointTargetSchema = z.object({ endpointId: z.uuid("There is no such endpoint.") });
export const replaySchema = z.object({ deliveryId: z.uuid("There is no such delivery.") });

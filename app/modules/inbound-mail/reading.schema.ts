import { z } from "zod";
import { policyAreas } from "../policy/areas";

const suggestion = z.object({ area: z.enum(policyAreas), because: z.array(z.string()) });

/** What pages show of a mail's reading. A row of another release that cannot be read shows nothing. */
export const shownReadingSchema = z
  .object({
    language: z.string().nullish(),
    suggestion: suggestion.nullish().catch(null),
    notAcknowledged: z.string().optional(),
    faults: z.array(z.string()).optional().catch(undefined),
  })
  .catch({});
export type ShownReading = z.output<typeof shownReadingSchema>;

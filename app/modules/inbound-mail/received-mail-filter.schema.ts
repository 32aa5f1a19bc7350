import { z } from "zod";
import { mailKinds, mailStates } from "./received-mail";

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional()).catch(undefined);

/** What the list is asked for by its address. A wrong part is dropped: an old link still opens the page. */
export const receivedMailFilterSchema = z.object({
  state: optional(z.enum(mailStates)),
  kind: optional(z.enum(mailKinds)),
  platform: optional(z.string().regex(/^[a-z0-9-]{1,40}$/)),
  after: optional(z.uuid()),
});
export type ReceivedMailFilter = Omit<z.infer<typeof receivedMailFilterSchema>, "after">;

/** The address of the list narrowed to this. */
export function receivedMailAddress(filter: ReceivedMailFilter & { after?: string }): string {
  const parts = Object.entries(filter).filter((part): part is [string, string] => typeof part[1] === "string");
  return parts.length === 0 ? "/mail" : `/mail?${new URLSearchParams(parts)}`;
}

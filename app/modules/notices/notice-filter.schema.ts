import { z } from "zod";
import { noticeStates } from "./notice";
import { noticeKinds } from "./notice-kind";

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional()).catch(undefined);

/** What the delivery log is asked for by its address. A wrong part is dropped: an old link still opens the page. */
export const noticeFilterSchema = z.object({
  state: optional(z.enum(noticeStates)),
  kind: optional(z.enum(noticeKinds)),
  platform: optional(z.string().regex(/^[a-z0-9-]{1,40}$/)),
  accountId: optional(z.uuid()),
  caseId: optional(z.uuid()),
  after: optional(z.uuid()),
});
export type NoticeFilter = Omit<z.infer<typeof noticeFilterSchema>, "after">;

/** The address of the log narrowed to this. */
export function noticeLogAddress(filter: NoticeFilter & { after?: string }): string {
  const parts = Object.entries(filter).filter((part): part is [string, string] => typeof part[1] === "string");
  return parts.length === 0 ? "/notices" : `/notices?${new URLSearchParams(parts)}`;
}

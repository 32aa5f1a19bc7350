import { z } from "zod";
import type { GateAnswerNow } from "~/modules/enforcement/answer-gate.server";

/** Bodies that speak of the gate, for the handlers, the published description and the tests. */
const verdict = z.object({
  feature: z.string(),
  allowed: z.boolean(),
  reasonCode: z.string().nullable().describe("Why not; null when allowed."),
  until: z.iso.datetime().nullable().describe("The first instant at which it is allowed again; null when allowed, or without an end."),
  actionId: z.uuid().nullable(),
});

export const gateBody = z.object({ account: z.string(), platform: z.string(), asOf: z.iso.datetime().describe("When the verdicts were evaluated."), features: z.array(verdict) });

export const gateBatchBody = z.object({
  platform: z.string(),
  asOf: z.iso.datetime(),
  accounts: z.array(
    z.union([
      z.object({ account: z.string(), known: z.literal(true), features: z.array(verdict) }),
      z.object({ account: z.string(), known: z.literal(false) }).describe("The platform has no account with that id."),
    ]),
  ),
});

const denial = z.object({
  feature: z.string(),
  reasonCode: z.string(),
  from: z.number().describe("Milliseconds since 1970. Of the denials of a feature the latest that has begun is the one that holds; one ahead of `now` is scheduled."),
  until: z.number().nullable().describe("Exclusive, milliseconds since 1970; null: no end."),
  actionId: z.uuid().nullable(),
});
const accountDenials = z.object({ account: z.string(), denied: z.array(denial).describe("Everything that is denied now or will be; empty: nothing.") });

export const snapshotBody = z.object({
  seq: z.string().describe("Follow changes from the number of the first page."),
  now: z.number().describe("The console's clock, milliseconds since 1970."),
  features: z.array(z.string()),
  accounts: z.array(accountDenials),
  next: z.string().nullable().describe("Ask for the next page with this as `after`."),
});

export const changesBody = z.object({
  seq: z.string().describe("Ask on from here."),
  now: z.number(),
  more: z.boolean().describe("There are more changes already: ask on at once."),
  features: z.array(z.string()).nullable().describe("The platform's features, when they may have changed."),
  changes: z.array(accountDenials),
});

export const asOfText = (answer: Pick<GateAnswerNow, "asOf">): string => new Date(answer.asOf).toISOString();

/** Whether the caller has this already (RFC 9110, 13.1.2: compared weakly). */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === "*") return true;
  const bare = etag.replace(/^W\//, "");
  return ifNoneMatch.split(",").some((one) => one.trim().replace(/^W\//, "") === bare);
}

/** May be kept, and has to be asked about each time. */
export const gateCaching = { "cache-control": "private, no-cache" };

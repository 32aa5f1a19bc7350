import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { verdictOf, type GateRow } from "./gate";

const at = (iso: string) => DateTime.fromISO(iso, { zone: "utc" });
const now = at("2026-11-20T12:00:00Z");
const deny = (until: DateTime | null): GateRow => ({ verdict: "deny", reasonCode: "suspended", until, actionId: "a-1" });
const allowed = { feature: "send", allowed: true, reasonCode: null, until: null, actionId: null };
const denied = (until: DateTime | null) => ({ feature: "send", allowed: false, reasonCode: "suspended", until, actionId: "a-1" });

test.each([
  ["no entry", null, allowed],
  ["an entry that allows", { verdict: "allow", reasonCode: "none", until: null, actionId: null } satisfies GateRow, allowed],
  ["an entry that allows until later", { verdict: "allow", reasonCode: "none", until: now.plus({ days: 1 }), actionId: "a-2" } satisfies GateRow, allowed],
  ["no end", deny(null), denied(null)],
  ["the end is a moment away", deny(now.plus(1)), denied(now.plus(1))],
  ["the end is now: it is exclusive", deny(now), allowed],
  ["the end has passed and the sweep has not run", deny(now.minus({ days: 3 })), allowed],
])("%s", (_why, row, verdict) => {
  expect(verdictOf("send", row, now)).toEqual(verdict);
});

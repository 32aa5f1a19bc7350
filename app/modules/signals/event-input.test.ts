import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { faultOfEvent } from "./event-input";
import { eventInputSchema } from "./event-input.schema";
import { consentMethods, messageCategories, messageEventTypes } from "./message-event";

const sent = { id: "e-1", type: "message.sent", account: "acct-1", contact: "+13075550142", occurredAt: "2026-11-20T21:05:00Z" };

const instants = fc.constantFrom("2026-11-20T21:05:00Z", "2026-11-20T21:05:00.123456+05:30", "2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-11-20T24:00:00Z", "2026-11-20T21:05Z", "2026-11-20", "yesterday", `2026-11-20T21:05:00.${"1".repeat(40)}Z`);
const anything: fc.Arbitrary<unknown> = fc.oneof(fc.constant(null), fc.constant(undefined), fc.boolean(), fc.integer(), fc.string({ unit: "binary", maxLength: 140 }), fc.constantFrom("", "x".repeat(121), "\0", "\ud800", "🦄", "__proto__", "toString"), fc.array(fc.integer(), { maxLength: 2 }), fc.dictionary(fc.string(), fc.integer(), { maxKeys: 2 }));
const either = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: right }, { weight: 1, arbitrary: anything });
const text = fc.string({ maxLength: 210 });
const fields = {
  id: either(fc.constantFrom("e-1", "wamid.HBgLMTY1", "has space", "x".repeat(100), "x".repeat(101))),
  type: either(fc.constantFrom(...messageEventTypes)),
  account: either(fc.constantFrom("acct-1", "ünïcode", "a".repeat(120))),
  occurredAt: either(instants),
  contact: either(fc.constantFrom("+13075550142", "+0123", "+1", "user-7", "1 307 555", "+1307555014200000")),
  category: either(fc.constantFrom(...messageCategories, "MARKETING")),
  templateId: either(text),
  templateApproved: either(fc.boolean()),
  businessName: either(text),
  hasOptOutInstructions: either(fc.boolean()),
  consent: either(fc.record({ method: either(fc.constantFrom(...consentMethods)), at: either(instants), extra: fc.integer() }, { requiredKeys: [] })),
  moreRequested: either(fc.boolean()),
  timeZone: either(fc.constantFrom("America/Denver", "us/pacific", "Etc/GMT+5", "+05:00", "Mars/Olympus", "../etc/passwd")),
  keyId: either(text),
  ip: either(fc.constantFrom("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "fe80::1%eth0", "192.0.2.256", "1.2.3")),
  surprise: fc.integer(),
};
/** An event that is in order but for some of its fields. */
const events = fc.record(fields, { requiredKeys: [] }).map((some) => ({ ...sent, ...some }));

test("takes and refuses what the published schema does", { timeout: 60_000 }, () => {
  let taken = 0;
  const agrees = (raw: unknown) => {
    const fault = faultOfEvent(raw);
    const published = eventInputSchema.safeParse(raw).success;
    if (published) taken += 1;
    expect(fault === null, `${JSON.stringify(raw)}: ${fault}`).toBe(published);
  };
  fc.assert(fc.property(events, agrees), { numRuns: 3_000 });
  fc.assert(fc.property(fc.record(fields, { requiredKeys: [] }), agrees), { numRuns: 1_000 });
  // One field at a time, so that most of them are in order.
  for (const [name, values] of Object.entries(fields)) fc.assert(fc.property(values, (value) => agrees({ ...sent, [name]: value })), { numRuns: 200 });
  expect(taken).toBeGreaterThan(500);
});

test("takes and refuses what JSON can say, whatever it is", () => {
  for (const json of ["null", "[]", "7", '"x"', "{}", `{"__proto__":{"id":"e"},${JSON.stringify(sent).slice(1)}`, `{"constructor":1,${JSON.stringify(sent).slice(1)}`, JSON.stringify(sent)]) {
    const raw = JSON.parse(json) as unknown;
    expect(faultOfEvent(raw) === null, json).toBe(eventInputSchema.safeParse(raw).success);
  }
});

test.each([
  ["no type", { type: undefined }, /^type is not one of/],
  ["a number that is none", { contact: "+1 307" }, /^contact is neither/],
  ["a message to nobody", { contact: null }, "contact is missing"],
  ["an event of no account", { account: "" }, "account is empty"],
  ["a day", { occurredAt: "2026-11-20" }, /^occurredAt is not an instant/],
  ["a field too many", { surprise: 1 }, '"surprise" is not a field of an event'],
  ["an id with a space", { id: "a b" }, /^id is not 1 to 100/],
])("names what is wrong with %s", (_what, more, fault) => {
  expect(faultOfEvent({ ...sent, ...more })).toMatch(fault);
});

test.each([["api.request"], ["account.updated"]])("%s may be about nobody", (type) => {
  expect(faultOfEvent({ ...sent, type, contact: undefined })).toBeNull();
});

test("names of zones that cannot be any are not remembered, however long they are", { timeout: 60_000 }, () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  for (let n = 0; n < 100; n += 1) expect(faultOfEvent({ ...sent, timeZone: JSON.parse(JSON.stringify(`${n}${"x".repeat(1_000_000)}`)) as string })).toContain("timeZone");
  expect(heap() - before).toBeLessThan(30_000_000);
});

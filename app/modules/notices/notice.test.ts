import { expect, test } from "vitest";
import { maskAddress, maskLinkTokens, messageIdOf, noticeMachine, pauseAfter } from "./notice";

/** Every legal move there is; each pair that is not listed is refused. */
const legal: Record<string, string> = {
  "queued hand_over": "handed_over",
  "queued fail": "failed",
  "handed_over confirm_delivery": "delivered",
  "handed_over bounce": "bounced",
  "handed_over fail": "failed",
  "bounced retry": "queued",
  "failed retry": "queued",
};

const pairs = noticeMachine.states.flatMap((state) => noticeMachine.moves.map((move) => [state, move] as const));

test.each(pairs)("%s, %s", (state, move) => {
  const to = legal[`${state} ${move}`];
  expect(noticeMachine.allows(state, move)).toBe(to !== undefined);
  expect(noticeMachine.after(state, move)).toEqual(to ? { ok: true, state: to } : { ok: false, reason: "illegal_move", detail: { state, move } });
});

test("the list of legal moves names only pairs that exist", () => {
  const known = pairs.map(([state, move]) => `${state} ${move}`);
  expect(Object.keys(legal).filter((pair) => !known.includes(pair))).toEqual([]);
});

test("pauses grow, and come to an end within two and a half days", () => {
  const pauses: number[] = [];
  for (let tries = 1; pauseAfter(tries) !== null; tries += 1) pauses.push(pauseAfter(tries)!);
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3_600_000;
  expect(hours).toBeGreaterThan(36);
  expect(hours).toBeLessThan(60);
});

test("a notice has one Message-ID, under the platform's own domain", () => {
  const id = "0197a8c0-0000-7000-8000-000000000001";
  expect(messageIdOf(id, "abuse@CustomerFlows.example")).toBe(`<notice.${id}@customerflows.example>`);
  expect(messageIdOf(id, "abuse@customerflows.example")).toBe(messageIdOf(id, "support@customerflows.example"));
  expect(() => messageIdOf(id, "abuse@evil.example>\r\nBcc: all")).toThrow(RangeError);
});

test("the delivery log shows a link without its key", () => {
  const token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-ABCDE";
  expect(token).toHaveLength(43);
  expect(maskLinkTokens(`See https://console.example/status/${token}?lang=en now`)).toBe("See https://console.example/status/…?lang=en now");
  expect(maskLinkTokens(`<a href="https://console.example/standing/${token}">`)).toBe('<a href="https://console.example/standing/…">');
  expect(maskLinkTokens("Reference C-4K7Q-T2MX")).toBe("Reference C-4K7Q-T2MX");
});

test.each([
  ["ana@example.com", "a…@example.com"],
  ["🦀crab@example.com", "🦀…@example.com"],
  ["not an address", "…"],
])("%s is shown as %s", (address, shown) => {
  expect(maskAddress(address)).toBe(shown);
});

import { expect, test } from "vitest";
import { pairsRight, reportWaves } from "../../../test/support/report-waves";
import { seeded } from "../../../test/support/chance";
import { commonText, fewestShingles, shinglesOf } from "./message-shingles";
import { bandsOf, likeness, signatureLength, signatureOf } from "./min-hash";
import { leastAlike, nearestWave } from "./report-wave";

const message = "Hi Ana, your parcel is held and the fee of $3.99 is open. Pay here: https://pay.example/a1 code QX12";

test.each([
  ["case and marks", message.toUpperCase().replace(/,| IS /g, (mark) => (mark === "," ? "!" : " -- IS... "))],
  ["another number, code and link", "Hi Ana, your parcel is held and the fee of $17.50 is open. Pay here: www.other.test/zz9?q=4 code BB991"],
  ["letters set apart", [...message].join(" ").replace(/h t t p s : \/ \/ p a y \. e x a m p l e \/ a 1/, "https://x.example/9").replace(/\$ 3 \. 9 9/, "$1").replace("Q X 1 2", "Q1")],
  ["letters drawn alike", message.replace(/a/g, "а").replace(/o/g, "о").replace(/[Pp]ay here/, "Рау hеrе")],
  ["signs without width", [...message.replace("https://pay.example/a1", "https://p.example/1")].map((sign) => `${sign}\u200b`).join("").replace(/\u200b(?=:\/\/)/, "")],
  ["accents stacked on letters", message.replace(/e/g, "e\u0301\u0301\u0301")],
  ["wide letters", message.replace("parcel", "ｐａｒｃｅｌ")],
  ["a quoted mail's head", `From: Offers <x@offers.example>\nDate: Fri, 20 Nov 2026\n\n${message}`],
])("copies of a message have the same text: %s", (_how, copy) => {
  expect(commonText(copy)).toBe(commonText(message));
});

test("what has few different pieces is no message to compare", () => {
  for (const text of ["", "STOP", "a".repeat(10_000), "spam ".repeat(2_000), "123 456 789 ".repeat(100), "\u200b".repeat(5_000), "🎉".repeat(3_000), "https://a.example ".repeat(400)]) {
    expect(shinglesOf(text).size, text.slice(0, 20)).toBe(0);
  }
});

test("messages of scripts without spaces and of other letters are compared too", () => {
  for (const text of ["您的包裹已被扣留请立即支付费用否则将被退回谢谢合作", "ваша посылка задержана оплатите пошлину сегодня", "تم احتجاز طردك ادفع الرسوم اليوم من فضلك", "आपका पार्सल रोक लिया गया है कृपया शुल्क का भुगतान करें"]) {
    expect(shinglesOf(text).size).toBeGreaterThanOrEqual(fewestShingles);
  }
});

test("only the beginning of a huge text is read, however it is made", () => {
  const endless = Array.from({ length: 200_000 }, (_, n) => String.fromCharCode(97 + ((n * n) % 26))).join("");
  expect(shinglesOf(endless)).toEqual(shinglesOf(endless.slice(0, 12_000)));
  for (const evil of ["a.".repeat(100_000), "\ufdfa".repeat(200_000), `${"-".repeat(100_000)}x`, "from".repeat(50_000), " \t".repeat(100_000)]) shinglesOf(evil);
});

test("a signature tells what two sets have in common", () => {
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `piece ${from + n}`);
  const all = signatureOf(numbers(0, 1_000));
  expect(all).toHaveLength(signatureLength);
  expect(likeness(all, signatureOf(numbers(0, 1_000).reverse()))).toBe(1);
  for (const [from, share] of [[100, 0.9], [500, 0.5], [1_000, 0]] as const) expect(Math.abs(likeness(all, signatureOf(numbers(from, 1_000 + (share === 0 ? 1_000 : 0)))) - share)).toBeLessThan(0.16);
});

test("bands are numbers of at most 53 bits, the same for the same set, others on another platform", () => {
  const signature = signatureOf(shinglesOf(message));
  const bands = bandsOf(signature, "platform");
  expect(bands).toEqual(bandsOf(signatureOf(shinglesOf(message.toUpperCase())), "platform"));
  expect(bands.every(Number.isSafeInteger)).toBe(true);
  expect(new Set([...bands, ...bandsOf(signature, "other")]).size).toBe(2 * bands.length);
});

test("the nearest wave is chosen, none where none is near", () => {
  const like = (share: number) => Array.from({ length: signatureLength }, (_, n) => (n < share * signatureLength ? n : -1));
  const own = like(1);
  const waves = [{ id: "far", signature: like(leastAlike - 0.05) }, { id: "near", signature: like(0.75) }, { id: "later", signature: like(0.75) }];
  expect(nearestWave(own, waves)).toMatchObject({ wave: { id: "later" }, likeness: 75 });
  expect(nearestWave(own, waves.slice(0, 1))).toBeNull();
});

test("pairs are counted as they should be", () => {
  const samples = [0, 0, 0, 1, null].map((campaign) => ({ text: "", campaign }));
  expect(pairsRight(samples, ["a", "a", "b", "b", "c"])).toEqual({ precision: 1 / 2, recall: 1 / 3 });
});

test("of distorted copies among other messages, nearly all are found and nearly nothing else", () => {
  const samples = reportWaves(seeded(20_261_127), { campaigns: 60, alone: 300 });
  const waves: { id: string; signature: number[]; bands: Set<number> }[] = [];
  const joined = samples.map(({ text }, n) => {
    const pieces = shinglesOf(text);
    if (pieces.size === 0) return null;
    const signature = signatureOf(pieces);
    const bands = bandsOf(signature, "platform");
    const nearest = nearestWave(signature, waves.filter((wave) => bands.some((band) => wave.bands.has(band))));
    if (nearest) return nearest.wave.id;
    waves.push({ id: `wave ${n}`, signature, bands: new Set(bands) });
    return `wave ${n}`;
  });
  const { precision, recall } = pairsRight(samples, joined);
  expect({ precision: precision > 0.95, recall: recall > 0.9 }, `${precision} ${recall}`).toEqual({ precision: true, recall: true });
});

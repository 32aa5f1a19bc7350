import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textOf, wordDiff } from "./word-diff";

/** Runs as they would be marked on paper: [-gone-], {+new+}. */
const marked = (before: string, after: string): string =>
  wordDiff(before, after)
    .map(({ kind, text }) => (kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`))
    .join("");

test.each([
  ["one word for another", "Sending to people who agreed", "Sending to people who consented", "Sending to people who [-agreed-]{+consented+}"],
  ["a word more", "Data is kept.", "Data is kept encrypted.", "Data is kept{+ encrypted+}."],
  ["two words in a row as one change", "at most ten days later", "at most fourteen hours later", "at most [-ten days-]{+fourteen hours+} later"],
  ["accents", "la política nueva", "la política vigente", "la política [-nueva-]{+vigente+}"],
  ["nothing before", "", "New.", "{+New.+}"],
  ["nothing after", "Old.", "", "[-Old.-]"],
  ["nothing at all", "", "", ""],
  ["nothing changed", "Same.", "Same.", "Same."],
])("%s", (_what, before, after, expected) => expect(marked(before, after)).toBe(expected));

describe("applying it gives both texts back", () => {
  const word = fc.constantFrom("spam", "consent", "ten", "14", "días", "\n", "\n\n", " ", "  ", "\t", ".", ",", "*", "- ", "👩‍👩‍👧", "é", "é", "中文", "a-b", "<b>", "\\");
  const prose = fc.array(word, { maxLength: 60 }).map((words) => words.join(""));
  const edited = fc.tuple(prose, prose, prose, prose).map(([head, gone, come, tail]) => [head + gone + tail, head + come + tail] as const);
  test.each([
    ["texts that share much", edited],
    ["texts that share little", fc.tuple(prose, prose)],
    ["any strings", fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }))],
    ["strings of any code units", fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }))],
  ])("%s", (_what, texts) => {
    fc.assert(
      fc.property(texts as fc.Arbitrary<readonly [string, string]>, ([before, after]) => {
        const changes = wordDiff(before, after);
        expect(textOf(changes, "before")).toBe(before);
        expect(textOf(changes, "after")).toBe(after);
        expect(changes.every(({ text }) => text.length > 0)).toBe(true);
        expect(changes.some(({ kind }) => kind !== "same")).toBe(before !== after);
      }),
    );
  });

  test("texts with nothing in common, longer than any clause", () => {
    const [before, after] = ["a", "b"].map((letter) => Array.from({ length: 9_000 }, (_, index) => `${letter}${index}`).join(" ")) as [string, string];
    expect(wordDiff(before, after)).toEqual([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  });
});

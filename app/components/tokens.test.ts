import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Contrast ratio of two sRGB colours (WCAG 2.2, "contrast ratio"). */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [lighter, darker] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--color-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }] as const,
  ),
);

const surfaces = ["canvas", "surface", "sunken", "hover"];
const text = ["ink", "muted", "faint", "accent", "danger", "warn", "ok", "info"];
const onSoft = ["accent", "danger", "warn", "ok", "info"].flatMap((tone) => [
  [tone, `${tone}-soft`],
  ["ink", `${tone}-soft`],
  ["muted", `${tone}-soft`],
]);
const textPairs = [
  ...text.flatMap((front) => surfaces.map((back) => [front, back])),
  ...onSoft,
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-danger", "danger-fill"],
] as [string, string][];
const shapePairs = surfaces.flatMap((back) => [
  ["edge", back],
  ["accent", back],
]) as [string, string][];

test("the contrast formula agrees with the published extremes", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

for (const theme of ["light", "dark"] as const) {
  test.each(textPairs)(`${theme}: text %s on %s reaches 4.5:1`, (front, back) => {
    expect(contrast(tokens.get(front)![theme], tokens.get(back)![theme])).toBeGreaterThanOrEqual(4.5);
  });
  test.each(shapePairs)(`${theme}: %s drawn on %s reaches 3:1`, (front, back) => {
    expect(contrast(tokens.get(front)![theme], tokens.get(back)![theme])).toBeGreaterThanOrEqual(3);
  });
}

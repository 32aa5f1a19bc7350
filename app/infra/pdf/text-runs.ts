import bidiFactory from "bidi-js";

/** A stretch of a line that one font draws in one direction. */
export interface TextRun {
  text: string;
  font: number;
  rightToLeft: boolean;
}

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const words = new Intl.Segmenter("und", { granularity: "word" });
const scriptsWithoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const directionControls = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const controlsButNewline = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\uFEFF\uFFFE\uFFFF]/gu;
const loneSurrogates = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Text as a page can show it: nothing that turns the reading order, no control character, every sign whole. */
export function printable(text: string): string {
  return text
    .replace(loneSurrogates, "\uFFFD")
    .normalize("NFC")
    .replace(/\r\n?|[\u0085\u2028\u2029]/gu, "\n")
    .replace(directionControls, "")
    .replace(/\t/g, "    ")
    .replace(controlsButNewline, "");
}

/**
 * The runs of one line in the order in which they stand on paper, left to right (Unicode bidirectional algorithm,
 * rule L2, on a line that starts left to right).
 *
 * @param fontFor the font of the chain that draws a grapheme; `before` is the font that drew the one before it
 */
export function runsOf(line: string, fontFor: (grapheme: string, before: number | null) => number): TextRun[] {
  if (line === "") return [];
  const { levels } = bidi.getEmbeddingLevels(line, "ltr");
  const runs: (TextRun & { level: number })[] = [];
  for (const { segment, index } of graphemes.segment(line)) {
    const last = runs.at(-1);
    const font = fontFor(segment, last?.font ?? null);
    const level = levels[index] ?? 0;
    if (last && last.font === font && last.level === level) last.text += mirrored(segment, level);
    else runs.push({ text: mirrored(segment, level), font, level, rightToLeft: level % 2 === 1 });
  }
  return inVisualOrder(runs).map(({ text, font, rightToLeft }) => ({ text, font, rightToLeft }));
}

const mirrored = (grapheme: string, level: number) => (level % 2 === 1 ? (bidi.getMirroredCharacter(grapheme) ?? grapheme) : grapheme);

function inVisualOrder<T extends { level: number }>(runs: readonly T[]): T[] {
  const ordered = [...runs];
  const highest = Math.max(...runs.map((run) => run.level));
  for (let level = highest; level > 0; level -= 1)
    for (let start = 0; start < ordered.length; start += 1) {
      let end = start;
      while (end < ordered.length && (ordered[end]?.level ?? 0) >= level) end += 1;
      if (end > start) ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = Math.max(start, end - 1);
    }
  return ordered;
}

/** Breaks text into lines no wider than `width`: at spaces, between words of scripts without spaces, else anywhere. */
export function linesOf(text: string, width: number, widthOf: (text: string) => number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = { text: "", width: 0 };
    for (const piece of pieces(paragraph)) {
      const wide = widthOf(piece);
      if (line.width + wide <= width) {
        line = { text: line.text + piece, width: line.width + wide };
        continue;
      }
      if (line.text.trim() !== "") lines.push(line.text.trimEnd());
      const start = line.text.trim() === "" ? line.text + piece : piece.trimStart();
      const startWidth = widthOf(start);
      line = startWidth <= width ? { text: start, width: startWidth } : cut(start, width, widthOf, lines);
    }
    return [...lines, line.text.trimEnd()];
  });
}

function pieces(paragraph: string): string[] {
  return (paragraph.match(/\s*\S+|\s+$/gu) ?? []).flatMap((chunk) =>
    scriptsWithoutSpaces.test(chunk) ? [...words.segment(chunk)].map(({ segment }) => segment) : [chunk],
  );
}

/** What is too wide for any line is cut between graphemes into `lines`; the rest starts the next line. */
function cut(piece: string, width: number, widthOf: (text: string) => number, lines: string[]): { text: string; width: number } {
  let rest = { text: "", width: 0 };
  for (const { segment } of graphemes.segment(piece)) {
    const wide = widthOf(segment);
    if (rest.text !== "" && rest.width + wide > width) {
      lines.push(rest.text);
      rest = { text: "", width: 0 };
    }
    rest = { text: rest.text + segment, width: rest.width + wide };
  }
  return rest;
}

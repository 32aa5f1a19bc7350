import { facts, heading, list, paragraph, quote, type Block } from "#emails/blocks";
import type { Letter } from "#emails/render";
import { oneLine } from "#emails/text-safety";
import { expand, marks, type TemplateText } from "./language";

/** The values of one message: words for a sentence, or blocks for a line of their own. */
export type Value = { form: "inline"; text: string } | { form: "block"; blocks: readonly Block[] };

export interface Filled {
  values: Readonly<Record<string, Value>>;
  flags: Readonly<Record<string, boolean>>;
  /** The line an inbox shows after the subject. */
  preview: string;
}

const [opens, closes] = ["\uE000", "\uE001"];

/**
 * A message in the platform's own words. The text is read as paragraphs, headings (`# …`), lists (`* …`), quotations
 * (`> …`) and rows (`Label:: value`) before any value is put in, so that no value can become anything but words.
 *
 * @throws RangeError when there is nothing to send, or a name without a value
 */
export function letterFrom(template: TemplateText, { values, flags, preview }: Filled): Letter {
  const placed: Value[] = [];
  const placeholder = (name: string): string => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (!value) throw new RangeError(`the message has no value for ${name}`);
    const mark = `${opens}${placed.push(value) - 1}${closes}`;
    return value.form === "block" ? `\n\n${mark}\n\n` : mark;
  };
  const inline = (words: string): string =>
    words.replace(/\uE000(\d+)\uE001/gu, (_mark, index: string) => {
      const value = placed[Number(index)];
      return value?.form === "inline" ? oneLine(value.text).replace(new RegExp(marks, "gu"), "") : "";
    });
  const subject = oneLine(inline(expand(template.subject, flags, placeholder)));
  const blocks = expand(template.body.replace(/\r\n?/g, "\n"), flags, placeholder)
    .split(/\n\s*\n/)
    .map((chunk) => chunk.trim())
    .filter((chunk) => chunk !== "")
    .flatMap((chunk) => blocksOf(chunk));
  if (subject === "" || blocks.length === 0) throw new RangeError("the message is empty");
  return { subject, preview, blocks };

  function blocksOf(chunk: string): readonly Block[] {
    const alone = /^\uE000(\d+)\uE001$/u.exec(chunk);
    const value = alone && placed[Number(alone[1])];
    if (value?.form === "block") return value.blocks;
    const lines = chunk.split("\n").map((line) => line.trim());
    const without = (prefix: RegExp) => lines.map((line) => inline(line.replace(prefix, "")));
    if (lines.length === 1 && lines[0]!.startsWith("# ")) return [heading(inline(lines[0]!.slice(2)))];
    if (lines.every((line) => /^[*-] /.test(line))) return [list(without(/^[*-] /))];
    if (lines.every((line) => /^>(?: |$)/.test(line))) return [quote(without(/^> ?/).join("\n"))];
    if (lines.every((line) => /^[^:]+:: /.test(line))) return [facts(lines.map((line) => [inline(line.slice(0, line.indexOf(":: "))), inline(line.slice(line.indexOf(":: ") + 3))]))];
    const said = paragraph(inline(chunk));
    return said.type === "paragraph" && said.text === "" ? [] : [said];
  }
}

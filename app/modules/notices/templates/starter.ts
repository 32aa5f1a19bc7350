import type { Block } from "#emails/blocks";
import type { Locale } from "#emails/locale";
import type { Letterhead } from "#emails/render";
import type { PropsOf } from "../audience";
import { catalogue, type Entry, type TemplatedKind } from "./catalogue";
import { difference } from "./difference";
import { filled } from "./fill";
import type { TemplateText } from "./language";
import { samplesIn } from "./samples";

export const sampleLetterhead = (locale: Locale): Letterhead => ({
  platformName: "Northwind Messaging",
  legalEntity: "Northwind Messaging Inc.",
  postalAddress: "1 Example Street\nSheridan, WY 82801",
  contact: "appeals@northwind.example",
  zone: "America/Denver",
  locale,
});

type Facts = Record<string, unknown>;

/** The facts of a message with these answers to its conditions. */
export function factsWith(kind: TemplatedKind, locale: Locale, answers: Readonly<Record<string, boolean>>): Facts {
  const { flags } = catalogue[kind] as unknown as Entry<Facts>;
  return Object.entries(flags).reduce<Facts>((facts, [name, { set }]) => set(facts, answers[name] ?? true), samplesIn(locale)[kind] as unknown as Facts);
}

/**
 * The text the product comes with, as a template: read off the message itself, so that the two cannot part ways. Where a
 * condition changes the message, both ways of it are read and what differs stands under the condition.
 */
export function starterOf(kind: TemplatedKind, locale: Locale): TemplateText {
  const flags = Object.keys(catalogue[kind].flags);
  const base = partsOf(kind, locale, {});
  const lines = base.chunks.map((text) => ({ text, only: [] as string[], before: [] as string[] }));
  const end: string[] = [];
  let subject = base.subject;
  for (const flag of flags) {
    const without = partsOf(kind, locale, { [flag]: false });
    if (without.subject !== base.subject) subject = `{{#${flag}}}${base.subject}{{/${flag}}}{{^${flag}}}${without.subject}{{/${flag}}}`;
    let at = 0;
    for (const { kind: change, text } of difference(base.chunks, without.chunks)) {
      if (change === "added") (lines[at]?.before ?? end).push(under("^", flag, text));
      else {
        if (change === "removed") lines[at]!.only.push(flag);
        at += 1;
      }
    }
  }
  const chunks = lines.flatMap(({ text, only, before }) => [...before, only.reduce((inner, flag) => under("#", flag, inner), text)]);
  const body = [...chunks, ...end].join("\n\n");
  return { subject, body: flags.reduce((text, flag) => text.replaceAll(`\n{{/${flag}}}\n\n{{#${flag}}}\n`, "\n\n"), body) };
}

const under = (sign: "#" | "^", flag: string, text: string): string => `{{${sign}${flag}}}\n${text}\n{{/${flag}}}`;

function partsOf(kind: TemplatedKind, locale: Locale, answers: Readonly<Record<string, boolean>>): { subject: string; chunks: string[] } {
  const { letter, values } = filled(kind, factsWith(kind, locale, answers) as unknown as PropsOf<TemplatedKind>, sampleLetterhead(locale));
  const named = Object.entries(values);
  const words = named.flatMap(([name, value]) => (value.form === "inline" && value.text !== "" ? [[name, value.text] as const] : [])).toSorted(([, a], [, b]) => b.length - a.length);
  const tagged = (text: string) => words.reduce((said, [, value], index) => replaced(said, value, String.fromCharCode(0xe000 + index)), text).replace(/[\uE000-\uE0FF]/gu, (mark) => `{{${words[mark.charCodeAt(0) - 0xe000]![0]}}}`);
  const chunks: string[] = [];
  const blocks = letter.blocks;
  for (let at = 0; at < blocks.length; ) {
    const whole = named.flatMap(([name, value]) => (value.form === "block" && value.blocks.length > 0 && isAt(blocks, at, value.blocks) ? [{ name, count: value.blocks.length }] : [])).toSorted((a, b) => b.count - a.count)[0];
    chunks.push(whole ? `{{${whole.name}}}` : written(blocks[at]!, tagged));
    at += whole?.count ?? 1;
  }
  return { subject: tagged(letter.subject), chunks };
}

/** Only whole words are a value: the 5 of "5 days" is not the 5 of "15". */
const replaced = (text: string, value: string, mark: string): string =>
  text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}(?![\\p{L}\\p{N}])`, "gu"), mark);

const isAt = (blocks: readonly Block[], at: number, wanted: readonly Block[]): boolean => JSON.stringify(blocks.slice(at, at + wanted.length)) === JSON.stringify(wanted);

function written(block: Block, tagged: (text: string) => string): string {
  switch (block.type) {
    case "heading":
      return `# ${tagged(block.text)}`;
    case "paragraph":
      return tagged(block.text);
    case "list":
      return block.items.map((item) => `* ${tagged(item)}`).join("\n");
    case "quote":
      return block.text.split("\n").map((line) => `> ${tagged(line)}`).join("\n");
    case "facts":
      return block.rows.map(({ label, value }) => `${label}:: ${tagged(value)}`).join("\n");
    case "link":
      throw new Error("a link is made by the product: its message needs a variable for it");
  }
}

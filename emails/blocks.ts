import { manyLines, oneLine, safeHref } from "./text-safety";

/**
 * What a mail may be made of. A template writes blocks once; the text part and the HTML part are both made
 * from them, so the two cannot say different things.
 */
export type Block =
  | { type: "heading"; text: string }
  | { type: "paragraph"; text: string }
  | { type: "facts"; rows: readonly { label: string; value: string }[] }
  | { type: "list"; items: readonly string[] }
  | { type: "quote"; text: string }
  | { type: "link"; label: string; href: string };

export const heading = (text: string): Block => ({ type: "heading", text: oneLine(text) });
export const paragraph = (text: string): Block => ({ type: "paragraph", text: manyLines(text) });
export const facts = (rows: readonly (readonly [label: string, value: string])[]): Block => ({
  type: "facts",
  rows: rows.map(([label, value]) => ({ label: oneLine(label), value: oneLine(value) })),
});
export const list = (items: readonly string[]): Block => ({ type: "list", items: items.map(oneLine) });
/** Words a person wrote (a question, the facts found, the grounds of a ruling), set apart from ours. */
export const quote = (text: string): Block => ({ type: "quote", text: manyLines(text) });
export const link = (label: string, href: string): Block => ({ type: "link", label: oneLine(label), href: safeHref(href) });

import type { PdfBlock } from "~/infra/pdf/pdf-block";

const label = /^([^\n:]{1,60}): (.+)$/;

/**
 * The blocks of a letter that is kept as the text it was sent as, so that a print says what the mail said and nothing
 * else. A part that looks like none of a letter's blocks is printed as a paragraph: nothing is lost.
 *
 * @param linkInstead what stands in place of an address that was masked, for it is the reader's alone
 */
export function printedLetter(text: string, { maskedToken, linkInstead }: { maskedToken: string; linkInstead: string }): PdfBlock[] {
  const [body = "", ...signature] = text.replace(/\r\n?/g, "\n").split(/\n-- \n/);
  const blocks = body.split(/\n{2,}/).filter((part) => part.trim() !== "").map((part) => blockOf(part.trimEnd(), maskedToken, linkInstead));
  const signed = signature.join("\n-- \n").trim();
  return signed ? [...blocks, { type: "paragraph", text: signed }] : blocks;
}

function blockOf(part: string, maskedToken: string, linkInstead: string): PdfBlock {
  const lines = part.split("\n");
  const [first = "", second = ""] = lines;
  if (lines.length === 2 && /^-{2,72}$/.test(second)) return { type: "heading", text: first };
  if (lines.every((line) => line.startsWith("* "))) return { type: "list", items: lines.map((line) => line.slice(2)) };
  if (lines.every((line) => line.startsWith(">"))) return { type: "quote", text: lines.map((line) => line.replace(/^> ?/, "")).join("\n") };
  if (lines.length === 2 && first.endsWith(":") && /^https?:\/\/\S+$/.test(second))
    return second.includes(maskedToken) ? { type: "paragraph", text: `${first} ${linkInstead}` } : { type: "link", label: first.slice(0, -1), href: second };
  const facts = lines.map((line) => label.exec(line));
  if (lines.length > 1 && facts.every((fact) => fact !== null)) return { type: "facts", rows: facts.map((fact) => ({ label: fact?.[1] ?? "", value: fact?.[2] ?? "" })) };
  return { type: "paragraph", text: part };
}

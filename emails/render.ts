import type { Block } from "./blocks";
import type { Locale } from "./locale";
import { manyLines, oneLine } from "./text-safety";

/** Who writes: the platform whose policies are enforced. All of it is data, nothing is fixed in a template. */
export interface Letterhead {
  platformName: string;
  legalEntity: string;
  postalAddress: string;
  /** Where a message that answers none of ours is sent; null: nobody reads what is sent to the sender. */
  contact: string | null;
  zone: string;
  locale: Locale;
}

export interface RenderedEmail {
  subject: string;
  text: string;
  html: string;
  /** What both parts were made from. */
  letter: Letter;
}

export interface Letter {
  subject: string;
  /** The line an inbox shows after the subject. */
  preview: string;
  blocks: readonly Block[];
}

/** Turns one list of blocks into the two parts of a mail. */
export function renderEmail(from: Letterhead, letter: Letter): RenderedEmail {
  const subject = oneLine(letter.subject);
  const signature = signatureOf(from);
  const body = letter.blocks.map(blockAsText).join("\n\n");
  const html = page({ lang: from.locale, subject, preview: oneLine(letter.preview), blocks: letter.blocks, signature });
  return { subject, text: `${body}\n\n-- \n${signature.join("\n")}\n`, html: `<!doctype html>${html}`, letter };
}

function signatureOf(from: Letterhead): string[] {
  const postal = oneLine(manyLines(from.postalAddress).replace(/\n/g, ", "));
  return [oneLine(from.platformName), oneLine(from.legalEntity), postal, from.contact === null ? "" : answers(oneLine(from.contact), from.locale)].filter((line) => line !== "");
}

/** An answer goes to an address of its own, which names the matter: the one that is read here would begin another. */
const answers = (contact: string, locale: Locale): string =>
  locale === "es" ? `Puede responder a este mensaje. Para cualquier otro asunto, escriba a ${contact}` : `You can reply to this message. For anything else, write to ${contact}`;

function blockAsText(block: Block): string {
  switch (block.type) {
    case "heading":
      return `${block.text}\n${"-".repeat(Math.min([...block.text].length, 72))}`;
    case "paragraph":
      return block.text;
    case "facts":
      return block.rows.map((row) => `${row.label}: ${row.value}`).join("\n");
    case "list":
      return block.items.map((item) => `* ${item}`).join("\n");
    case "quote":
      return block.text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
    case "link":
      return `${block.label}:\n${block.href}`;
  }
}

/**
 * Mail programs that turn colours around for dark mode are told both are fine; every colour here also has enough
 * contrast on white and on near-black after such a turn. No image, no tracking, no remote font.
 */
const styles = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  body { margin: 0; padding: 0; background: #ffffff; color: #1c1f23; }
  .sheet { max-width: 38em; margin: 0 auto; padding: 24px 20px; font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  .preview { display: none; max-height: 0; overflow: hidden; }
  h1 { font-size: 22px; line-height: 1.3; margin: 0 0 16px; }
  h2 { font-size: 17px; line-height: 1.35; margin: 28px 0 8px; }
  p { margin: 0 0 16px; }
  table { border-collapse: collapse; width: 100%; margin: 0 0 16px; }
  th, td { text-align: start; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid #c9ced6; font-size: 15px; }
  th { font-weight: 600; width: 36%; }
  blockquote { margin: 0 0 16px; padding: 2px 0 2px 14px; border-inline-start: 3px solid #6b7480; }
  .act a { display: inline-block; padding: 11px 18px; border-radius: 6px; background: #1f5fbf; color: #ffffff; font-weight: 600; text-decoration: none; }
  .raw { font-size: 13px; word-break: break-all; }
  a { color: #1f5fbf; }
  .signature { margin-top: 32px; padding-top: 16px; border-top: 1px solid #c9ced6; font-size: 13px; color: #4a525c; }
  @media (prefers-color-scheme: dark) {
    body { background: #14171b; color: #e8eaed; }
    a { color: #8ab8ff; }
    th, td, .signature { border-color: #3a424c; }
    .signature { color: #b3bac3; }
    .act a { background: #8ab8ff; color: #10141a; }
  }
`;

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** Everything between tags and inside of attributes goes through here. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign]!);

/** Text of several lines; each in an element of its own, so that one in a script from right to left keeps to itself. */
const lines = (text: string): string => text.split("\n").map((line, index) => `<span>${index > 0 ? "<br/>" : ""}${escaped(line)}</span>`).join("");

/** Written out as text: a decision writes three such mails before it commits, and building them as a tree costs ten times as much. */
const page = ({ lang, subject, preview, blocks, signature }: { lang: Locale; subject: string; preview: string; blocks: readonly Block[]; signature: readonly string[] }): string =>
  `<html lang="${lang}" dir="ltr"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>` +
  `<meta name="color-scheme" content="light dark"/><meta name="format-detection" content="telephone=no, date=no, address=no"/>` +
  `<title>${escaped(subject)}</title><style>${styles}</style></head>` +
  `<body><div class="preview">${escaped(preview)}</div><main class="sheet"><h1>${escaped(subject)}</h1>${blocks.map(blockAsHtml).join("")}` +
  `<footer class="signature">${signature.map((line) => `<div>${escaped(line)}</div>`).join("")}</footer></main></body></html>`;

function blockAsHtml(block: Block): string {
  switch (block.type) {
    case "heading":
      return `<h2>${escaped(block.text)}</h2>`;
    case "paragraph":
      return `<p dir="auto">${lines(block.text)}</p>`;
    case "facts":
      return `<table><tbody>${block.rows.map(({ label, value }) => `<tr><th scope="row">${escaped(label)}</th><td dir="auto">${escaped(value)}</td></tr>`).join("")}</tbody></table>`;
    case "list":
      return `<ul>${block.items.map((item) => `<li dir="auto">${escaped(item)}</li>`).join("")}</ul>`;
    case "quote":
      return `<blockquote dir="auto">${lines(block.text)}</blockquote>`;
    case "link":
      return `<p class="act"><a href="${escaped(block.href)}">${escaped(block.label)}</a></p><p class="raw"><a href="${escaped(block.href)}">${escaped(block.href)}</a></p>`;
  }
}

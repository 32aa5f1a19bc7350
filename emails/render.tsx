import { renderToStaticMarkup } from "react-dom/server";
import type { Block } from "./blocks";
import type { Locale } from "./locale";
import { manyLines, oneLine } from "./text-safety";

/** Who writes: the platform whose policies are enforced. All of it is data, nothing is fixed in a template. */
export interface Letterhead {
  platformName: string;
  legalEntity: string;
  postalAddress: string;
  replyTo: string;
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
  const html = renderToStaticMarkup(
    <Page lang={from.locale} subject={subject} preview={oneLine(letter.preview)} blocks={letter.blocks} signature={signature} />,
  );
  return { subject, text: `${body}\n\n-- \n${signature.join("\n")}\n`, html: `<!doctype html>${html}`, letter };
}

function signatureOf(from: Letterhead): string[] {
  const reply =
    from.locale === "es"
      ? `Puede responder a este mensaje: ${oneLine(from.replyTo)}`
      : `You can reply to this message: ${oneLine(from.replyTo)}`;
  return [oneLine(from.platformName), oneLine(from.legalEntity), oneLine(manyLines(from.postalAddress).replace(/\n/g, ", ")), reply];
}

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

function Page(props: { lang: Locale; subject: string; preview: string; blocks: readonly Block[]; signature: readonly string[] }) {
  return (
    <html lang={props.lang} dir="ltr">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no" />
        <title>{props.subject}</title>
        <style dangerouslySetInnerHTML={{ __html: styles }} />
      </head>
      <body>
        <div className="preview">{props.preview}</div>
        <main className="sheet">
          <h1>{props.subject}</h1>
          {props.blocks.map((block, index) => (
            <BlockView key={index} block={block} />
          ))}
          <footer className="signature">
            {props.signature.map((line, index) => (
              <div key={index}>{line}</div>
            ))}
          </footer>
        </main>
      </body>
    </html>
  );
}

function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case "heading":
      return <h2>{block.text}</h2>;
    case "paragraph":
      return (
        <p dir="auto">
          <Lines text={block.text} />
        </p>
      );
    case "facts":
      return (
        <table>
          <tbody>
            {block.rows.map((row, index) => (
              <tr key={index}>
                <th scope="row">{row.label}</th>
                <td dir="auto">{row.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    case "list":
      return (
        <ul>
          {block.items.map((item, index) => (
            <li key={index} dir="auto">
              {item}
            </li>
          ))}
        </ul>
      );
    case "quote":
      return (
        <blockquote dir="auto">
          <Lines text={block.text} />
        </blockquote>
      );
    case "link":
      return (
        <>
          <p className="act">
            <a href={block.href}>{block.label}</a>
          </p>
          <p className="raw">
            <a href={block.href}>{block.href}</a>
          </p>
        </>
      );
  }
}

function Lines({ text }: { text: string }) {
  return text.split("\n").map((line, index) => (
    <span key={index}>
      {index > 0 && <br />}
      {line}
    </span>
  ));
}

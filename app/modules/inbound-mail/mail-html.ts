import sanitizeHtml from "sanitize-html";

const colour = [/^#[0-9a-f]{3,8}$/i, /^[a-z]{3,20}$/i, /^rgba?\([\d\s.,%]{1,40}\)$/i];
const length = [/^\d{1,3}(?:\.\d{1,2})?(?:px|pt|em|rem|%)$/];

/**
 * A mail's HTML with nothing left that runs, is fetched, can be sent or leads anywhere: what stays is words, tables, colours and the
 * pictures that came with the mail, named by `cid:`. A link says in brackets where it led; a picture from elsewhere says whence.
 */
export function sanitiseMailHtml(html: string): string {
  return sanitizeHtml(asDeepAsPeopleWrite(html), {
    allowedTags: [
      "p", "br", "hr", "div", "span", "b", "strong", "i", "em", "u", "s", "small", "big", "sub", "sup", "font", "center", "h1", "h2", "h3", "h4", "h5", "h6",
      "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "img",
    ],
    allowedAttributes: {
      "*": ["style", "dir", "lang", "align", "title"],
      font: ["color", "size"],
      td: ["colspan", "rowspan", "bgcolor", "valign"],
      th: ["colspan", "rowspan", "bgcolor", "valign"],
      table: ["bgcolor", "border", "cellpadding", "cellspacing"],
      img: ["src", "alt"],
    },
    allowedSchemes: [],
    allowedSchemesByTag: { img: ["cid"] },
    allowProtocolRelative: false,
    allowedStyles: {
      "*": {
        color: colour,
        "background-color": colour,
        "text-align": [/^(?:left|right|center|justify)$/],
        "font-weight": [/^(?:normal|bold|[1-9]00)$/],
        "font-style": [/^(?:normal|italic)$/],
        "text-decoration": [/^(?:none|underline|line-through)$/],
        "font-size": length,
        padding: length,
      },
    },
    nonTextTags: ["script", "style", "textarea", "option", "noscript", "title", "template", "svg", "math", "iframe", "object", "head"],
    nestingLimit: 60,
    disallowedTagsMode: "discard",
    transformTags: {
      a: (_tag, { href }) => tag("span", href ? { title: href.slice(0, 300) } : {}),
      img: (_tag, { src = "", alt = "" }) => (/^cid:/i.test(src.trim()) ? tag("img", { src: `cid:${encodeURIComponent(src.trim().slice(4))}`, alt }) : tag("span", {}, `[picture not fetched${hostOf(src)}${alt.trim() ? `: ${alt.trim()}` : ""}]`)),
    },
  });
}

/** Elements that have no end, or one that their writers leave out. */
const endless = new Set(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot", "colgroup", "option"]);
const deepest = 500;

/** Each level costs what all others above it cost: what is deeper than anybody writes is cut off. */
function asDeepAsPeopleWrite(html: string): string {
  let depth = 0;
  for (const { 1: end, 2: name, index } of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (endless.has(name!.toLowerCase())) continue;
    depth = end ? Math.max(0, depth - 1) : depth + 1;
    if (depth > deepest) return html.slice(0, index);
  }
  return html;
}

const tag = (tagName: string, attribs: Record<string, string>, text?: string): sanitizeHtml.Tag => ({ tagName, attribs, ...(text === undefined ? {} : { text }) });

const hostOf = (src: string): string => (URL.canParse(src) && new URL(src).hostname ? ` from ${new URL(src).hostname}` : "");

/** What a page of its own frames: it names no other place, and its policy would fetch from none. */
export const mailHtmlPolicy = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

/**
 * The document people look at. Its pictures stand in it, drawn anew.
 *
 * @param pictures by content id, as `data:` addresses
 */
export function mailHtmlDocument(sanitised: string, pictures: ReadonlyMap<string, string>): string {
  const body = sanitised.replace(/(<img\b[^>]*?\bsrc=")cid:([^"]*)"/g, (_all, before: string, id: string) => `${before}${pictures.get(decodeURIComponent(id)) ?? "data:,"}"`);
  return `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><title>A mail, as its sender laid it out</title><style>body{margin:12px;font:15px/1.5 sans-serif;color:#111;background:#fff;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}span[title]{text-decoration:underline dotted}</style></head><body>${body}</body></html>`;
}

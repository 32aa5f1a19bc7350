export interface AtomEntry {
  id: string;
  title: string;
  /** ISO 8601. */
  published: string;
  updated: string;
  link: string;
  author: string;
  /** Plain text; an empty line begins a paragraph. */
  text: string;
}

/** A feed as RFC 4287 has it. Every text is escaped, and what XML 1.0 has no place for is left out. */
export function atomFeed({ language, id, title, self, page, updated, entries }: { language: string; id: string; title: string; self: string; page: string; updated: string; entries: readonly AtomEntry[] }): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${xml(language)}">`,
    `<id>${xml(id)}</id><title>${xml(title)}</title><updated>${xml(updated)}</updated>`,
    `<link rel="self" type="application/atom+xml" href="${xml(self)}"/><link rel="alternate" type="text/html" href="${xml(page)}"/>`,
    ...entries.map(
      (entry) =>
        `<entry><id>${xml(entry.id)}</id><title>${xml(entry.title)}</title><published>${xml(entry.published)}</published><updated>${xml(entry.updated)}</updated>` +
        `<author><name>${xml(entry.author)}</name></author><link rel="alternate" type="text/html" href="${xml(entry.link)}"/><content type="text">${xml(entry.text)}</content></entry>`,
    ),
    "</feed>\n",
  ].join("\n");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const xml = (text: string): string => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replace(/[&<>"']/g, (sign) => entities[sign]!);

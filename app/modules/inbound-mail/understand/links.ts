const most = { links: 50, chars: 200_000, length: 2_000 } as const;

/** The web addresses of a text, once each, as they are written (`hxxp` and `[.]` undone). They are never fetched. */
export function linksIn(text: string): string[] {
  const links = new Set<string>();
  for (const [found] of text.slice(0, most.chars).matchAll(/\b(?:h(?:tt|xx)ps?:\/\/|www\.)[^\s<>"'`{}|\\^]{3,2000}/gi)) {
    const link = found.replace(/^hxxp/i, "http").replace(/\[\.\]|\(\.\)/g, ".").replace(/[).,;:!?\]…]+$/u, "");
    links.add((/^www\./i.test(link) ? `http://${link}` : link).slice(0, most.length));
    if (links.size === most.links) break;
  }
  return [...links];
}

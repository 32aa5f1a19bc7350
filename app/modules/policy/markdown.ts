import { fromMarkdown } from "mdast-util-from-markdown";

/** What a clause may be made of. Nothing in it loads, runs or leads anywhere but to an address a person can read. */
export type Block =
  | { kind: "paragraph"; content: Inline[] }
  | { kind: "heading"; content: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "quote"; content: Block[] }
  | { kind: "code"; text: string }
  | { kind: "rule" };
export type Inline =
  | { kind: "text" | "code"; text: string }
  | { kind: "strong" | "emphasis"; content: Inline[] }
  | { kind: "link"; to: string; content: Inline[] }
  | { kind: "break" };

interface Node {
  type: string;
  value?: string;
  alt?: string | null;
  url?: string;
  ordered?: boolean | null;
  start?: number | null;
  children?: Node[];
}

/** Deeper than anybody writes; what lies below is text. */
const deepest = 12;

/**
 * A clause's Markdown (CommonMark) as a tree of what we show. HTML in it is text, pictures are their description, and links
 * lead only to http, https, mail and places on the same site.
 */
export const parseMarkdown = (source: string): Block[] => blocks((fromMarkdown(flatten(source)) as Node).children ?? [], 0);

/** Quotation marks and list signs nested beyond use would have the parser's work grow with their square. */
const flatten = (source: string): string => source.replace(/^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){12,}[ \t]*/gm, "> ");

function blocks(nodes: readonly Node[], depth: number): Block[] {
  return nodes.flatMap((node): Block[] => {
    const inside = node.children ?? [];
    if (depth >= deepest) return [{ kind: "paragraph", content: [{ kind: "text", text: textWithin(node, 0) }] }];
    switch (node.type) {
      case "heading":
        return [{ kind: "heading", content: inlines(inside, depth + 1) }];
      case "list":
        return [{ kind: "list", ordered: node.ordered === true, start: node.start ?? 1, items: inside.map((item) => blocks(item.children ?? [], depth + 1)) }];
      case "blockquote":
        return [{ kind: "quote", content: blocks(inside, depth + 1) }];
      case "code":
        return [{ kind: "code", text: node.value ?? "" }];
      case "thematicBreak":
        return [{ kind: "rule" }];
      case "html":
        return [{ kind: "paragraph", content: [{ kind: "text", text: node.value ?? "" }] }];
      case "paragraph":
        return [{ kind: "paragraph", content: inlines(inside, depth + 1) }];
      default:
        return [];
    }
  });
}

function inlines(nodes: readonly Node[], depth: number): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    const inside = node.children ?? [];
    if (depth >= deepest) return [{ kind: "text", text: textWithin(node, 0) }];
    switch (node.type) {
      case "strong":
      case "emphasis":
        return [{ kind: node.type, content: inlines(inside, depth + 1) }];
      case "inlineCode":
        return [{ kind: "code", text: node.value ?? "" }];
      case "break":
        return [{ kind: "break" }];
      case "link": {
        const to = safeAddress(node.url ?? "");
        const content = inlines(inside, depth + 1);
        return to ? [{ kind: "link", to, content }] : content;
      }
      case "image":
        return node.alt ? [{ kind: "text", text: node.alt }] : [];
      case "text":
      case "html":
        return [{ kind: "text", text: node.value ?? "" }];
      default:
        return inlines(inside, depth + 1);
    }
  });
}

const textWithin = (node: Node, depth: number): string => node.value ?? node.alt ?? (depth > 200 ? "" : (node.children ?? []).map((child) => textWithin(child, depth + 1)).join(" "));

/** The address a link may lead to, or null. `//host` would leave the site unseen. */
export function safeAddress(url: string): string | null {
  const trimmed = url.replace(/[\u0000-\u0020\u007f-\u009f]/g, "");
  if (/^(?:https?:\/\/|mailto:)[^\\]+$/i.test(trimmed)) return trimmed;
  return /^(?:#|\/(?![/\\]))[^\\]*$/.test(trimmed) ? trimmed : null;
}

/** As plain text, for mail and for what machines read: list signs stay, marks go, links name their address. */
export const plainMarkdown = (source: string): string => plainBlocks(parseMarkdown(source)).join("\n\n");

function plainBlocks(all: readonly Block[]): string[] {
  return all.map((block) => {
    switch (block.kind) {
      case "paragraph":
      case "heading":
        return plainInlines(block.content);
      case "list":
        return block.items.map((item, index) => `${block.ordered ? `${block.start + index}.` : "-"} ${plainBlocks(item).join("\n").replaceAll("\n", "\n  ")}`).join("\n");
      case "quote":
        return plainBlocks(block.content).join("\n\n").replace(/^/gm, "> ");
      case "code":
        return block.text;
      case "rule":
        return "---";
    }
  });
}

const plainInlines = (all: readonly Inline[]): string =>
  all
    .map((inline) => {
      if (inline.kind === "break") return "\n";
      if ("text" in inline) return inline.text;
      const inside = plainInlines(inline.content);
      return inline.kind === "link" && !inside.includes(inline.to.replace(/^mailto:/i, "")) ? `${inside} (${inline.to})` : inside;
    })
    .join("");

import fc from "fast-check";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { plainMarkdown, safeAddress } from "./markdown";
import { MarkdownText } from "./markdown-text";

const html = (source: string): string =>
  renderToStaticMarkup(<MarkdownText source={source} />)
    .replace(/ class="[^"]*"/g, "")
    .replace(/^<div>(.*)<\/div>$/s, "$1");

test.each([
  ["a paragraph", "Sending *many* messages **at once**.", "<p>Sending <em>many</em> messages <strong>at once</strong>.</p>"],
  ["a list", "- one\n- two", "<ul><li><p>one</p></li><li><p>two</p></li></ul>"],
  ["a numbered list that begins later", "3. three\n4. four", '<ol start="3"><li><p>three</p></li><li><p>four</p></li></ol>'],
  ["a link", "[Meta’s rules](https://example.com/a?b=1&c=2)", '<p><a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener">Meta’s rules</a></p>'],
  ["a link to another clause", "see [3.2](#CF-AUP-3.2)", '<p>see <a href="#CF-AUP-3.2" rel="nofollow noopener">3.2</a></p>'],
  ["a heading is no heading of the page", "# Loud", "<p>Loud</p>"],
  ["a table is text", "a | b", "<p>a | b</p>"],
])("%s", (_what, source, expected) => expect(html(source)).toBe(expected));

/** What an attacker who may write clauses would try. */
const hostile = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "text <b onmouseover=alert(1)>bold</b>",
  "[click](javascript:alert(1))",
  "[click](JaVaScRiPt:alert(1))",
  "[click](java\nscript:alert(1))",
  "[click](&#106;avascript:alert(1))",
  "[click](data:text/html;base64,PHNjcmlwdD4=)",
  "[click](vbscript:x)",
  "[click](//evil.example/x)",
  "[click](/\\evil.example)",
  "[click](file:///etc/passwd)",
  "![tracker](https://evil.example/pixel.gif)",
  "[ref]\n\n[ref]: javascript:alert(1)",
  "<javascript:alert(1)>",
  "<https://evil.example/\"onclick=\"alert(1)>",
  "<svg><style><img src=x onerror=alert(1)></style></svg>",
  "```html\n<script>alert(1)</script>\n```",
];

describe("hostile Markdown", () => {
  const tags = /^(?:div|p|em|strong|ul|ol|li|a|code|pre|blockquote|hr|br)$/;
  const allAllowed = (source: string) => {
    const rendered = renderToStaticMarkup(<MarkdownText source={source} />);
    for (const [, tag, attributes] of rendered.matchAll(/<\/?([a-z0-9]+)((?:\s+[a-z-]+="[^"]*")*)\s*\/?>/gi)) {
      expect(tag).toMatch(tags);
      for (const [, name, value] of attributes!.matchAll(/([a-z-]+)="([^"]*)"/gi)) {
        expect(name).toMatch(/^(?:class|href|rel|start)$/);
        if (name === "href") expect(value).toMatch(/^(?:https?:\/\/|mailto:|#|\/(?![/\\]))/i);
      }
    }
    expect(rendered.replace(/<\/?[a-z0-9]+(?:\s+[a-z-]+="[^"]*")*\s*\/?>/gi, "")).not.toMatch(/[<>]/);
  };
  test.each(hostile.map((source) => [source]))("%s", allAllowed);

  test("anything at all", () => {
    const piece = fc.oneof(fc.constantFrom(...hostile, "[", "](", ")", "<", ">", "*", "`", "\n", "\n\n", "- ", "> ", "    ", "&lt;", "&#0;", "\\"), fc.string({ maxLength: 8 }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => allAllowed(pieces.join(""))));
  });

  test.each([
    ["quotation marks", ">".repeat(20_000)],
    ["list signs", "- ".repeat(10_000)],
    ["quoted lists", "> - ".repeat(5_000)],
    ["indented lists", Array.from({ length: 150 }, (_, depth) => `${"  ".repeat(depth)}* a`).join("\n")],
    ["emphasis", `${"**".repeat(5_000)}a${"**".repeat(5_000)}`],
    ["brackets", "[".repeat(20_000)],
    ["pictures in pictures", "![".repeat(10_000)],
  ])("%s nested beyond use", (_what, source) => allAllowed(source));
});

test.each([
  ["javascript:alert(1)", null],
  ["java\tscript:alert(1)", null],
  ["https://ok.example/a", "https://ok.example/a"],
  ["mailto:abuse@p.example", "mailto:abuse@p.example"],
  ["/policies/p", "/policies/p"],
  ["#P-1.a", "#P-1.a"],
  ["//evil.example", null],
  ["/\\evil.example", null],
  ["https:\\\\evil.example", null],
  ["evil.example", null],
  ["", null],
])("%s leads to %s", (url, to) => expect(safeAddress(url)).toBe(to));

test.each([
  ["marks go, addresses stay", "**Never** write to [this list](https://example.com/l).", "Never write to this list (https://example.com/l)."],
  ["lists keep their signs", "Not:\n\n- one\n- two", "Not:\n\n- one\n- two"],
  ["an address that is its own text is named once", "<mailto:a@b.example>", "mailto:a@b.example"],
])("as plain text: %s", (_what, source, expected) => expect(plainMarkdown(source)).toBe(expected));

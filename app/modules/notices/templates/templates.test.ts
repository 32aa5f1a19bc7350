import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderDraft, type EmailDraft } from "#emails/index";
import { locales } from "#emails/locale";
import type { PropsOf } from "../audience";
import { templatedKinds, type TemplatedKind } from "./catalogue";
import { difference } from "./difference";
import { renderTemplate, vocabularyOf } from "./fill";
import { checkTemplate, combinations, longestBody } from "./language";
import { factsWith, sampleLetterhead, starterOf } from "./starter";

const from = sampleLetterhead("en");
const all = templatedKinds.flatMap((kind) => locales.map((locale) => [kind, locale] as const));
const facts = (kind: TemplatedKind, answers: Record<string, boolean> = {}) => factsWith(kind, "en", answers) as unknown as PropsOf<TemplatedKind>;
const said = (kind: TemplatedKind, subject: string, body: string) => checkTemplate({ subject, body }, vocabularyOf(kind)).map(({ line, column, message }) => `${line}:${column} ${message}`);

describe("the text the product comes with", () => {
  test.each(all)("%s in %s reads as the message itself, whatever its conditions", (kind, locale) => {
    const template = starterOf(kind, locale);
    expect(checkTemplate(template, vocabularyOf(kind))).toEqual([]);
    for (const answers of combinations(Object.keys(vocabularyOf(kind).flags))) {
      const props = factsWith(kind, locale, answers);
      const letterhead = sampleLetterhead(locale);
      const own = renderTemplate(kind, template, props as unknown as PropsOf<TemplatedKind>, letterhead);
      const product = renderDraft({ template: kind, props: { ...props, from: letterhead } } as unknown as EmailDraft);
      expect(own.subject, JSON.stringify(answers)).toBe(product.subject);
      expect(own.text, JSON.stringify(answers)).toBe(product.text);
      expect(own.html).toBe(product.html);
    }
  });
});

describe("a template is refused", () => {
  const good = starterOf("appeal_receipt", "en");
  test.each([
    ["an unknown name, with its place", good.body.replace("{{answer_by}}", "{{answer_by}} {{nobody}}"), "This message has no variable “nobody”."],
    ["an inherited name", `${good.body}\n\n{{constructor}} {{__proto__}}`, "This message has no variable “constructor”."],
    ["a path into a value", `${good.body}\n\n{{reference.length}}`, "no variable “reference.length”"],
    ["an unknown condition", `${good.body}\n\n{{#rich}}x{{/rich}}`, "This message has no condition “rich”."],
    ["three brackets", `${good.body}\n\n{{{reference}}}`, "Write {{name}} with two brackets"],
    ["another template", `${good.body}\n\n{{> other}}`, "A template cannot take in another one."],
    ["other brackets", `${good.body}\n\n{{=<% %>=}}`, "The brackets cannot be changed."],
    ["an open bracket", `${good.body}\n\n{{reference`, "This bracket is not closed"],
    ["an open part", `${good.body}\n\n{{#is_late}}x`, "end it with {{/is_late}}"],
    ["a part nobody began", `${good.body}\n\n{{/is_late}}`, "ends a part that was not begun"],
    ["a link of its own", `${good.body}\n\nSee https://elsewhere.example`, "Links are made by the product."],
    ["a block in a sentence", good.body.replace("{{standing_link}}", "Look: {{standing_link}} now"), "give it a line of its own"],
    ["nothing", "  ", "Write something."],
    ["too much", "x".repeat(longestBody + 1), "Use at most 10,000 characters; these are 10,001."],
    ["what marks values", `${good.body}\n\n\uE000`, "This character cannot be used."],
  ])("for %s", (_what, body, message) => {
    expect(said("appeal_receipt", good.subject, body).join("\n")).toContain(message);
  });

  test("with the line and the column", () => {
    expect(said("appeal_receipt", "Hello", "One\n\nTwo {{nobody}}")).toEqual(["3:5 This message has no variable “nobody”."]);
    expect(said("appeal_receipt", "Hello {{answer_by", "x")[0]).toMatch(/^1:\d+ This bracket/);
  });

  test.each(templatedKinds)("%s: without any one of what it has to say", (kind) => {
    const { variables } = vocabularyOf(kind);
    const { subject, body } = starterOf(kind, "en");
    const required = Object.entries(variables).filter(([, { required }]) => required);
    expect(required.length).toBeGreaterThan(0);
    for (const [name] of required) expect(said(kind, subject, body.replaceAll(`{{${name}}}`, "x")).join(" "), name).toMatch(new RegExp(`\\{\\{${name}\\}\\} has to be in the text|own line`));
  });

  test("where a required value hides under a condition that may not hold", () => {
    const { subject, body } = starterOf("statement_of_reasons", "en");
    const hidden = body.replace("{{facts_found}}", "{{#has_strikes}}\n{{facts_found}}\n{{/has_strikes}}");
    expect(said("statement_of_reasons", subject, hidden)).toEqual(["null:null {{facts_found}} has to be in the text: a statement of reasons gives the facts. It is left out when can_appeal is yes and has_strikes is no."]);
  });
});

test("values become words and never anything else, whatever they are", () => {
  const hostile = fc.string({ unit: fc.constantFrom(..."<>&\"'{}#^/*>|:[]() \n\r".split(""), "{{reference}}", "# ", "\n\n# Heading\n\n", "<script>", "\uE000", "0", "\uE001", "https://x.example", "é"), maxLength: 40 });
  const { subject, body } = starterOf("statement_of_reasons", "en");
  fc.assert(
    fc.property(hostile, hostile, (business, found) => {
      const props = { ...facts("statement_of_reasons"), businessName: business, factsFound: found };
      const mail = renderTemplate("statement_of_reasons", { subject: `{{business_name}} ${subject}`, body }, props as never, from);
      expect(mail.html).not.toMatch(/<script|<img/i);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.html.match(/<h2>/g)).toHaveLength(4);
      expect(mail.html.match(/<a /g)).toHaveLength(2);
      expect(mail.text + mail.html + mail.subject).not.toMatch(/[\uE000-\uF8FF](?<!\uE000|\uE001)/u);
    }),
    { numRuns: 200 },
  );
});

test("whatever is written as a template is refused or renders without markup of its own", () => {
  const piece = fc.constantFrom("{{reference}}", "{{#is_late}}", "{{/is_late}}", "{{^is_late}}", "{{standing_link}}", "{{answer_by}}", "{{", "}}", "<script>alert(1)</script>", "# ", "* ", "> ", "A:: b", "\n", "\n\n", "text ", "{{{x}}}", "{{!c}}");
  let rendered = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), fc.boolean(), (pieces, late) => {
      const template = { subject: "Subject", body: `{{reference}} {{answer_by}}\n\n{{standing_link}}\n\n${pieces.join("")}` };
      if (checkTemplate(template, vocabularyOf("appeal_receipt")).length > 0) return;
      rendered += 1;
      const { html } = renderTemplate("appeal_receipt", template, facts("appeal_receipt", { is_late: late }), from);
      expect(html).not.toMatch(/<script/);
    }),
    { numRuns: 500 },
  );
  expect(rendered).toBeGreaterThan(5);
});

test("what became of a text is told line by line", () => {
  expect(difference(["a", "b", "c"], ["a", "x", "c", "d"])).toEqual([
    { kind: "same", text: "a" },
    { kind: "removed", text: "b" },
    { kind: "added", text: "x" },
    { kind: "same", text: "c" },
    { kind: "added", text: "d" },
  ]);
});

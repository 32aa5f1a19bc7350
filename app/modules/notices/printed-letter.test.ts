import { expect, test } from "vitest";
import { statementOfReasons } from "#emails/statement-of-reasons";
import { printedLetter } from "./printed-letter";

const masked = { maskedToken: "only-in-the-message", linkInstead: "the link in our message." };

test.each([["en"], ["es"]] as const)("a statement in %s is printed part by part, with no word lost but the private link", (locale) => {
  const { text } = statementOfReasons({
    from: { platformName: "CustomerFlows", legalEntity: "Entity LLC", postalAddress: "1 Road", contact: "appeals@customerflows.example", zone: "America/Denver", locale },
    businessName: "Summit Roofing",
    reference: "D-7F3K-92QD",
    decidedAt: new Date("2026-11-20T21:00:00Z"),
    decidedBy: "person",
    detectedBy: "people",
    factsFound: "First line.\n\nSecond: with a colon.\n* not a list\n-- \nnot a signature",
    findings: [{ clauseCode: "CF-AUP-4.3.b", clauseTitle: "Marketing after STOP", policyTitle: "Policy", versionLabel: "1" }],
    measures: [{ kind: "suspension", features: [], startsAt: new Date("2026-11-20T21:00:00Z"), endsAt: new Date("2026-11-27T21:00:00Z") }],
    strikes: [],
    appeal: { url: "https://trust.example/standing/only-in-the-message", windowDays: 30, openAtLeastUntil: new Date("2026-12-21T07:00:00Z") },
  });
  const blocks = printedLetter(text, masked);
  expect([...new Set(blocks.map(({ type }) => type))].sort()).toEqual(["facts", "heading", "list", "paragraph", "quote"]);
  expect(blocks).toContainEqual({ type: "quote", text: "First line.\n\nSecond: with a colon.\n* not a list\n--\nnot a signature" });
  const printed = JSON.stringify(blocks);
  expect(printed).not.toContain("only-in-the-message");
  for (const word of text.replace(/https:\S+/g, "").match(/[\p{L}\p{N}@.]{3,}/gu) ?? []) expect(printed).toContain(word);
});

test("what looks like no block is a paragraph", () => {
  expect(printedLetter("One: 1\nTwo", masked)).toEqual([{ type: "paragraph", text: "One: 1\nTwo" }]);
  expect(printedLetter("Open:\nhttps://trust.example/x\n\n", masked)).toEqual([{ type: "link", label: "Open", href: "https://trust.example/x" }]);
  expect(printedLetter("", masked)).toEqual([]);
});

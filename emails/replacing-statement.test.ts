import { expect, test } from "vitest";
import { actionChanged } from "./action-changed";
import { appealRuling } from "./appeal-ruling";
import type { ReplacingStatement } from "./replacing-statement";

const at = (iso: string) => new Date(iso);
const from = (locale: "en" | "es") => ({ platformName: "CustomerFlows", legalEntity: "Keilani Media Group LLC", postalAddress: "Sheridan, WY", contact: "appeals@customerflows.example", zone: "America/Denver", locale });
const statement: ReplacingStatement = {
  reference: "D-4K7Q-T2MX",
  detectedBy: "both",
  findings: [{ clauseCode: "CF-AUP-4.3.b", clauseTitle: "Marketing after STOP", policyTitle: "Policy", versionLabel: "2" }],
  factsSent: "Two messages went out.",
  appeal: { windowDays: 30, openAtLeastUntil: at("2026-12-21T07:00:00Z") },
  earlier: { subject: "Suspension: our decision", sentAt: at("2026-11-20T21:00:00Z"), text: "What we decided\n---------------\n\nMeasure: Suspension\n\n-- \nCustomerFlows\n" },
};
const measure = { kind: "suspension" as const, features: [], startsAt: at("2026-11-20T21:00:00Z"), endsAt: at("2026-11-23T21:00:00Z") };
const changed = (locale: "en" | "es", own: ReplacingStatement | null) =>
  actionChanged({ from: from(locale), businessName: "Summit Roofing", reference: "A-1", changedAt: at("2026-11-21T21:00:00Z"), before: { reference: "A-0", kind: "suspension", endsAt: null }, measure, reason: "It went on.", appeal: null, standingUrl: "https://console.example/standing/x", statement: own });
const ruled = (locale: "en" | "es", own: ReplacingStatement | null) =>
  appealRuling({ from: from(locale), reference: "AP-1", ruledAt: at("2026-11-21T21:00:00Z"), outcome: "modified", grounds: "Three days are enough.", newMeasure: measure, strikesVoided: 1, standingUrl: "https://console.example/standing/x", statement: own });

test.each([
  ["a change", "en", changed, "The statement this one takes the place of", "until the end of Sunday, December 20, 2026"],
  ["a change", "es", changed, "La declaración que esta reemplaza", "domingo, 20 de diciembre de 2026"],
  ["a ruling", "en", ruled, "The statement this one takes the place of", "until the end of Sunday, December 20, 2026"],
  ["a ruling", "es", ruled, "La declaración que esta reemplaza", "domingo, 20 de diciembre de 2026"],
] as const)("the message about %s in %s gives the reasons, how to object, and what it replaces, as words and not as parts of its own", (_what, locale, message, title, until) => {
  const { text, html } = message(locale, statement);
  for (const part of ["D-4K7Q-T2MX", "CF-AUP-4.3.b – Marketing after STOP", "> Two messages went out.", title, until, "Suspension: our decision", "> What we decided\n> ---------------"]) expect(text).toContain(part);
  expect(text.split("\n-- \n")).toHaveLength(2);
  expect(html).toContain("Marketing after STOP");
  const own = message(locale, { ...statement, earlier: null, appeal: null }).text;
  expect(own).not.toContain(title);
  expect(own).toContain("> Two messages went out.");
  expect(message(locale, null).text).not.toContain("CF-AUP-4.3.b");
});

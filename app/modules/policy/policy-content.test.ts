import { expect, test } from "vitest";
import { canonicalContent, policyContentSchema } from "./policy-content";

test("the canonical text goes by the content, not by the order of keys", () => {
  const content = { policy: "P", number: 1, material: true, materialReason: "", summary: "", summaryEs: null, clauses: [{ code: "P-1", area: "spam", section: "1", title: "T", titleEs: null, body: "B", bodyEs: null, severity: "low" as const, reportLabel: { en: "e", es: "s" } }] };
  const turned = JSON.parse(JSON.stringify(content), (_key, value: unknown) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).reverse()) : value)) as typeof content;
  expect(JSON.stringify(turned)).not.toBe(JSON.stringify(content));
  expect(canonicalContent(turned)).toBe(canonicalContent(content));
});

test("a hash that was agreed to before clauses could be in Spanish stays what it was", () => {
  const kept = { policy: "P", number: 1, material: true, materialReason: "", summary: "", summaryEs: null, clauses: [{ code: "P-1", area: "spam", section: "1", title: "T", titleEs: null, body: "B", severity: "low", reportLabel: null }] };
  expect(canonicalContent(policyContentSchema.parse(kept))).toBe(JSON.stringify(kept));
  const [clause] = policyContentSchema.parse(kept).clauses;
  expect(canonicalContent({ ...policyContentSchema.parse(kept), clauses: [{ ...clause!, bodyEs: "B en español" }] })).toContain('"bodyEs":"B en español"');
});

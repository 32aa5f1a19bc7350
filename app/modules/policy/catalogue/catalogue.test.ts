import { describe, expect, test } from "vitest";
import { businessCalendarNamed } from "~/infra/business-time";
import { defaultLadders } from "~/modules/enforcement/default-ladders";
import { policyAreas } from "../areas";
import { severities } from "../severity";
import { cataloguePlatforms, cataloguePolicies } from "./index";
import { bodiesEs } from "./bodies-es";
import { titlesEs } from "./titles-es";

const all = cataloguePolicies.flatMap((policy) => policy.clauses);

/** How many items each prohibited-conduct section of the two acceptable use policies lists, counted in the sources. */
const items: Record<string, Record<string, number>> = {
  "CF-AUP": { "3.1": 5, "3.2": 6, "3.3": 5, "3.4": 5, "3.5": 7, "3.6": 5, "4.1": 4, "4.2": 4, "4.3": 3, "4.4": 3, "5": 5 },
  "XP-AUP": { "3.1": 2, "3.2": 2, "3.3": 2, "3.4": 3, "3.5": 1, "3.6": 2 },
};

describe.each(Object.entries(items))("%s", (code, sections) => {
  const policy = cataloguePolicies.find((one) => one.code === code)!;

  test.each(Object.entries(sections))("section %s has every item, lettered from a (%i)", (section, count) => {
    const codes = policy.clauses.filter((clause) => clause.section === section).map((clause) => clause.code);
    expect(codes).toEqual([..."abcdefghij"].slice(0, count).map((letter) => `${code}-${section}.${letter}`));
  });

  test("has no clause outside these sections, and every one is a choice in the report form", () => {
    expect(policy.clauses.filter((clause) => !(clause.section in sections))).toEqual([]);
    expect(policy.clauses.filter((clause) => clause.reportLabel === null)).toEqual([]);
  });
});

test.each([
  ["CHAT-PP", 8],
  ["CONT-PP", 11],
  ["CASA-PP", 11],
])("%s has all of its %i sections and something to report", (code, sections) => {
  const policy = cataloguePolicies.find((one) => one.code === code)!;
  expect([...new Set(policy.clauses.map((clause) => Number(clause.section)))]).toEqual(Array.from({ length: sections }, (_, i) => i + 1));
  expect(policy.clauses.some((clause) => clause.reportLabel)).toBe(true);
});

test("codes are unique and start with their policy's", () => {
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  for (const policy of cataloguePolicies) for (const { code } of policy.clauses) expect(code.startsWith(`${policy.code}-`)).toBe(true);
});

test("within one policy no two titles or choices read the same", () => {
  for (const policy of cataloguePolicies) {
    const labels = policy.clauses.flatMap(({ reportLabel }) => (reportLabel ? [reportLabel.en, reportLabel.es] : []));
    expect(new Set(labels).size).toBe(labels.length);
    expect(new Set(policy.clauses.map(({ title }) => title)).size).toBe(policy.clauses.length);
    expect(new Set(policy.clauses.map(({ titleEs }) => titleEs)).size).toBe(policy.clauses.length);
  }
});

test("what stands in Spanish is of a clause that is there, and says something else", () => {
  for (const [code, bodyEs] of Object.entries(bodiesEs)) {
    const clause = all.find((one) => one.code === code);
    expect(clause?.bodyEs, code).toBe(bodyEs);
    expect(bodyEs, code).toMatch(/^[A-ZÁÉÍÓÚÑ].{20,}\.$/u);
    expect(bodyEs, code).not.toBe(clause?.body);
  }
});

test("every title stands in Spanish, and no Spanish title is of a clause that is not there", () => {
  expect(Object.keys(titlesEs).sort()).toEqual(all.map(({ code }) => code).sort());
  for (const { code, title, titleEs } of all) {
    expect(titleEs, code).toMatch(/^[A-ZÁÉÍÓÚÑ].{5,59}$/u);
    if (title !== "Cookies") expect(titleEs, code).not.toBe(title);
  }
  for (const { title, titleEs } of cataloguePolicies) expect(titleEs).not.toBe(title);
});

test.each(all)("$code is whole", ({ title, body, severity, area, reportLabel }) => {
  expect(title.length).toBeGreaterThan(2);
  expect(title.length).toBeLessThan(60);
  expect(body).toMatch(/^[A-Z].*\.$/);
  expect(severities).toContain(severity);
  expect(policyAreas).toContain(area);
  if (reportLabel) for (const label of [reportLabel.en, reportLabel.es]) expect(label).toMatch(/^[A-ZÁÉÍÓÚÑ].{8,79}[^.]$/u);
});

describe.each(cataloguePlatforms)("platform $key", (platform) => {
  test("has a policy, a known zone and a calendar", () => {
    expect(cataloguePolicies.some((policy) => policy.platform === platform.key)).toBe(true);
    expect(businessCalendarNamed(platform.calendar, platform.zone, platform.holidays).zone).toBe(platform.zone);
  });

  test("has every feature its ladders restrict", () => {
    const codes = platform.features.map(({ code }) => code);
    const restricted = defaultLadders.flatMap(({ rungs }) => rungs.flatMap((rung) => (rung.kind === "feature_restriction" ? rung.features : [])));
    expect(restricted.filter((code) => !codes.includes(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("can be written to in every role", () => {
    for (const address of [platform.abuseEmail, platform.appealsEmail, platform.supportEmail, platform.securityEmail])
      expect(address).toMatch(/^[a-z0-9]+@[a-z]+\.[a-z]+$/);
  });
});

test("the five platforms of the console", () => {
  expect(cataloguePlatforms.map(({ key }) => key)).toEqual(["customerflows", "chatflow", "contactflow", "casaflow", "xpecto"]);
});

import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { appealable, MatchFields } from "./match-fields";

type Candidate = Parameters<typeof MatchFields>[0]["row"]["candidates"][number];

const suspension: Candidate = { reference: "A-4K7Q-T2MX", kind: "suspension", state: "active", businessName: "Zenith Plumbing", noTipOff: false };
const warning: Candidate = { ...suspension, reference: "A-7F3K-92QD", kind: "warning" };

const shown = (candidates: Candidate[]) => renderToStaticMarkup(<MatchFields row={{ id: "u1", candidates }} />);
const inputs = (html: string, name: string) => html.match(new RegExp(`<input[^>]*name="${name}"[^>]*>`, "g")) ?? [];

test("what fits is chosen among, and one choice is needed", () => {
  const html = shown([suspension, warning]);
  const radios = inputs(html, "candidate");
  expect(radios.map((radio) => /value="([^"]*)"/.exec(radio)![1])).toEqual(["A-4K7Q-T2MX", "A-7F3K-92QD", "another"]);
  for (const radio of radios) expect(radio).toMatch(/ required=""/);
  expect(html).not.toContain("checked");
  expect(html).toMatch(/<legend[^>]*>It is about<\/legend>/);
});

test("the only one that fits is chosen already", () => {
  expect(inputs(shown([suspension]), "candidate").filter((radio) => radio.includes("checked")).join()).toContain("A-4K7Q-T2MX");
});

test("where none fits, its reference is needed", () => {
  const html = shown([{ ...suspension, noTipOff: true }, { ...suspension, kind: "law_enforcement_referral" }]);
  expect(inputs(html, "candidate")).toEqual([]);
  expect(inputs(html, "actionReference").join()).toContain("required");
  expect(html).not.toContain("optional");
});

test("what is only proposed, was undone or replaced is no choice", () => {
  const others = (["awaiting_approval", "rejected", "reversed", "superseded"] as const).map((state): Candidate => ({ ...suspension, state }));
  const over = (["expired", "lifted"] as const).map((state): Candidate => ({ ...suspension, state }));
  expect(appealable({ candidates: [...others, ...over] })).toEqual(over);
});

test("nobody appeals what they must not know of", () => {
  expect(appealable({ candidates: [suspension, { ...suspension, noTipOff: true }, { ...suspension, kind: "law_enforcement_referral" }] })).toEqual([suspension]);
});

import { expect, test } from "vitest";
import { saidWithoutForm, type FormsShown } from "./answered-form";

const none: FormsShown = { change: false, pendingChange: false, interim: false, extension: false, extend: false, lift: false };
const said = (intent: string, shown: Partial<FormsShown> = {}) => saidWithoutForm({ intent, errors: ["Somebody has answered this proposal already."] }, { ...none, ...shown });

test.each<[string, keyof FormsShown]>([
  ["change", "change"],
  ["preview-change", "change"],
  ["approve-change", "pendingChange"],
  ["reject-interim", "interim"],
  ["withdraw-extension", "extension"],
  ["extend", "extend"],
  ["lift", "lift"],
])("what is wrong with %s is said in its form, and on the page where the form is gone", (intent, form) => {
  expect(said(intent, { [form]: true })).toBeNull();
  expect(said(intent)).toBe("Somebody has answered this proposal already.");
});

test("an approval that came too late is told although the form to change the action stands in its place", () => {
  expect(said("approve-change", { change: true, lift: true })).not.toBeNull();
});

test("nothing is said of what was not asked, is not wrong, or is no form", () => {
  expect(saidWithoutForm(undefined, none)).toBeNull();
  expect(saidWithoutForm({ intent: "change", errors: [] }, none)).toBeNull();
  expect(said("whatever", { change: true })).not.toBeNull();
});

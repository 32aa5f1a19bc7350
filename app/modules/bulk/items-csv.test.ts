import { expect, test } from "vitest";
import { itemsCsv, type CsvItem } from "./items-csv";

const item: CsvItem = {
  position: 1, state: "done", outcome: "Warning", rung: 1, needsApproval: false, sentence: null, settledAt: "2026-11-20T21:00:00.000Z",
  platformName: "CustomerFlows", externalId: "acct-1", businessName: "Redrock", caseReference: "C-AAAA-BBBB", decisionReference: null,
};

test.each([
  ["a plain name", "Redrock", "Redrock"],
  ["a formula", "=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["a formula behind a space", " @cmd", "' @cmd"],
  ["quotes, commas and lines", 'Red "R", Inc\nDenver', '"Red ""R"", Inc\nDenver"'],
])("%s", (_what, businessName, written) => {
  expect(itemsCsv([{ ...item, businessName }]).slice(itemsCsv([]).length)).toBe(`1,CustomerFlows,acct-1,${written},C-AAAA-BBBB,Done,Warning,1,,,,2026-11-20T21:00:00.000Z\r\n`);
});

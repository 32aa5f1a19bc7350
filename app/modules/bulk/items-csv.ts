import { csvField as field } from "~/infra/csv";
import { itemStateNames, type ItemState } from "./bulk-state";

export type CsvItem = {
  position: number;
  state: ItemState;
  outcome: string | null;
  rung: number | null;
  needsApproval: boolean;
  sentence: string | null;
  settledAt: string | null;
  platformName: string;
  externalId: string;
  businessName: string;
  caseReference: string | null;
  decisionReference: string | null;
};

const columns: readonly [string, (item: CsvItem) => string | number | null][] = [
  ["number", ({ position }) => position],
  ["platform", ({ platformName }) => platformName],
  ["account", ({ externalId }) => externalId],
  ["business", ({ businessName }) => businessName],
  ["case", ({ caseReference }) => caseReference],
  ["result", ({ state }) => itemStateNames[state]],
  ["outcome", ({ outcome }) => outcome],
  ["rung", ({ rung }) => rung],
  ["second person", ({ needsApproval }) => (needsApproval ? "needed" : "")],
  ["why", ({ sentence }) => sentence],
  ["decision", ({ decisionReference }) => decisionReference],
  ["at", ({ settledAt }) => settledAt],
];

/** What became of every item, for a spreadsheet. */
export const itemsCsv = (items: readonly CsvItem[]): string =>
  [columns.map(([name]) => field(name)), ...items.map((item) => columns.map(([, value]) => field(value(item))))].map((row) => `${row.join(",")}\r\n`).join("");

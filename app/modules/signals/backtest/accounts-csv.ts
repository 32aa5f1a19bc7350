import { csvField } from "~/infra/csv";
import { changeNames, verdictNames } from "./backtest-words";
import type { Change, Verdict } from "./backtest-totals";

export interface CsvAccount {
  externalId: string;
  businessName: string;
  change: Change;
  firedSignals: number;
  presentSignals: number;
  presentFindings: number;
  candidateSignals: number;
  candidateFindings: number;
  verdict: Verdict;
}

const columns: readonly [string, (account: CsvAccount) => string | number][] = [
  ["account", ({ externalId }) => externalId],
  ["business", ({ businessName }) => businessName],
  ["change", ({ change }) => changeNames[change]],
  ["signals fired then", ({ firedSignals }) => firedSignals],
  ["signals of the rule as it is", ({ presentSignals }) => presentSignals],
  ["findings of the rule as it is", ({ presentFindings }) => presentFindings],
  ["signals of the change", ({ candidateSignals }) => candidateSignals],
  ["findings of the change", ({ candidateFindings }) => candidateFindings],
  ["decided", ({ verdict }) => verdictNames[verdict]],
];

/** The accounts of a back-test, for a spreadsheet. */
export const accountsCsv = (accounts: readonly CsvAccount[]): string =>
  [columns.map(([name]) => csvField(name)), ...accounts.map((account) => columns.map(([, value]) => csvField(value(account))))].map((row) => `${row.join(",")}\r\n`).join("");

/** Rows under their headings, each column as wide as its widest cell; a sentence when there are none. */
export function table<Row>(rows: readonly Row[], columns: Record<string, (row: Row) => string | number | null>, none: string): string {
  if (rows.length === 0) return none;
  const cells = [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => oneLine(String(cell(row) ?? "–"))))];
  const widths = Object.keys(columns).map((_, column) => Math.max(...cells.map((line) => [...(line[column] ?? "")].length)));
  return cells.map((line) => line.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length)).join("  ").trimEnd()).join("\n");
}

/** Facts under one another: `name: value`. */
export const facts = (of: Record<string, string | number | null>): string => {
  const width = Math.max(...Object.keys(of).map((name) => name.length));
  return Object.entries(of)
    .map(([name, value]) => `${name.padEnd(width)}  ${oneLine(String(value ?? "–"))}`)
    .join("\n");
};

/** No control characters from the database reach the terminal. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");

const letters = "abcdefghijklmnopqrstuvwxyz";

/** Where a clause stands in the document: "3", "3.1", "12.4.2". */
export const sectionPattern = /^[1-9]\d{0,2}(?:\.\d{1,3}){0,3}$/;

/** "3.2" stands before "3.10", and "3" before "3.1". */
export function compareSections(one: string, other: string): number {
  const [left, right] = [one, other].map((section) => section.split(".").map(Number)) as [number[], number[]];
  for (let level = 0; level < Math.max(left.length, right.length); level += 1) {
    const difference = (left[level] ?? -1) - (right[level] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What a policy is cited by: "CF-AUP". No part begins with a number, so that no policy's code reads like a clause of another. */
export const policyCodePattern = /^(?=.{2,24}$)[A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*){0,3}$/;

/** A code carries its policy's: `CF-AUP-3.1.b`, `CF-AUP-3.1`. */
export const isClauseCode = (policyCode: string, code: string): boolean =>
  code.startsWith(`${policyCode}-`) && /^[1-9]\d{0,2}(?:\.\d{1,3}){0,3}(?:\.[a-z]{1,2})?$/.test(code.slice(policyCode.length + 1));

/** The first free code for a new clause of a section. Codes of clauses that were removed stay theirs: findings cite them. */
export function freeCode(policyCode: string, section: string, taken: ReadonlySet<string>): string {
  const stem = `${policyCode}-${section}`;
  const ends = [...letters, ...[...letters].flatMap((first) => [...letters].map((second) => first + second))];
  return ends.map((end) => `${stem}.${end}`).find((code) => !taken.has(code)) ?? stem;
}

/** A clause as one version of a policy has it. */
export interface StatedClause {
  code: string;
  section: string;
  title: string;
  titleEs: string | null;
  body: string;
  severity: string;
}

export interface ClauseChange {
  code: string;
  /** `renumbered`: it stands in another section and says the same. */
  change: "added" | "removed" | "changed" | "renumbered";
  before: StatedClause | null;
  after: StatedClause | null;
}

/**
 * What a version changes, clause by clause: in the order of the new text, then what is gone in the order of the old one.
 * A clause is the same one as long as its code is (CF-AUP 9 asks for a summary of changes; this is what it summarises).
 */
export function clauseChanges(before: readonly StatedClause[], after: readonly StatedClause[]): ClauseChange[] {
  const old = new Map(before.map((clause) => [clause.code, clause]));
  const kept = new Set(after.map(({ code }) => code));
  const standing = after.flatMap((clause): ClauseChange[] => {
    const earlier = old.get(clause.code) ?? null;
    const change = !earlier ? "added" : !saysTheSame(earlier, clause) ? "changed" : earlier.section !== clause.section ? "renumbered" : null;
    return change ? [{ code: clause.code, change, before: earlier, after: clause }] : [];
  });
  return [...standing, ...before.filter(({ code }) => !kept.has(code)).map((clause): ClauseChange => ({ code: clause.code, change: "removed", before: clause, after: null }))];
}

const saysTheSame = (a: StatedClause, b: StatedClause): boolean => a.title === b.title && a.titleEs === b.titleEs && a.body === b.body && a.severity === b.severity;

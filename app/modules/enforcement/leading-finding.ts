import { compareSeverity, type Severity } from "../policy/severity";

/**
 * What a decision most likely finds: the clause named most often, the gravest of those named equally often, and of what
 * names it the earliest. Null when nothing names a clause that can be cited.
 */
export function leadingFinding<Named extends { clauseId: string | null; at: Date }>(evidence: readonly Named[], clauses: readonly { clauseId: string; severity: Severity }[]): (Named & { clauseId: string }) | null {
  const severityOf = new Map(clauses.map(({ clauseId, severity }) => [clauseId, severity]));
  const named = evidence.flatMap((one) => {
    const severity = one.clauseId === null ? undefined : severityOf.get(one.clauseId);
    return one.clauseId !== null && severity ? [{ one: { ...one, clauseId: one.clauseId }, severity }] : [];
  });
  const timesNamed = (clauseId: string) => named.filter(({ one }) => one.clauseId === clauseId).length;
  const [leading] = named.toSorted((a, b) => timesNamed(b.one.clauseId) - timesNamed(a.one.clauseId) || compareSeverity(b.severity, a.severity) || +a.one.at - +b.one.at);
  return leading?.one ?? null;
}

import type { BulkKind } from "./bulk-kinds";

/**
 * Whether an outcome still takes a second person, and who that is (rule of procedure 2). Whoever answers proposals together is the
 * second person of each. `by`: who prepared it; null: the reader.
 */
export function secondPerson({ kind, needsApproval, by }: { kind: BulkKind; needsApproval: boolean; by: string | null }): { needed: boolean; who: string } {
  if (kind === "approve") return { needed: false, who: by === null ? "You are the second person" : `${by} is the second person` };
  if (kind === "reject") return { needed: false, who: "Not needed: nothing takes effect" };
  return needsApproval ? { needed: true, who: `anybody who may approve, but not ${by ?? "you"}` } : { needed: false, who: "Not needed" };
}

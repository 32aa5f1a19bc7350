import { realChanges, clauseChanges } from "./policy-changes";
import type { PolicyContent } from "./policy-content";

export interface ReadinessProblem {
  code: "no_change" | "no_clause" | "summary_missing" | "reason_missing" | "clause_empty" | "label_half" | "new_is_material";
  /** The clause it is about. */
  clause?: string;
  sentence: string;
}

/** The least a summary of changes says: a sentence. */
export const shortestSummary = 20;

/** What stands in the way of handing a version in for review (CF-AUP 9: the change is explained to those it binds). Empty: nothing. */
export function readinessProblems(before: PolicyContent | null, draft: PolicyContent): ReadinessProblem[] {
  const problems: ReadinessProblem[] = [];
  if (draft.clauses.length === 0) problems.push({ code: "no_clause", sentence: "The version has no clause." });
  if (before && realChanges(clauseChanges(before.clauses, draft.clauses)).length === 0) problems.push({ code: "no_change", sentence: "No clause differs from the version in force." });
  if (!before && !draft.material) problems.push({ code: "new_is_material", sentence: "A new policy is material: it binds account holders to what they were not bound to before." });
  if (draft.summary.length < shortestSummary) problems.push({ code: "summary_missing", sentence: "Say in plain words what changes: account holders and the public read it." });
  if (draft.materialReason.length < shortestSummary) problems.push({ code: "reason_missing", sentence: draft.material ? "Say why the change is material." : "Say why the change is not material: nobody is told ahead of one that is not." });
  for (const { code, title, body, reportLabel } of draft.clauses) {
    if (!title || !body) problems.push({ code: "clause_empty", clause: code, sentence: `${code} has no ${title ? "text" : "title"}.` });
    if (reportLabel && (!reportLabel.en || !reportLabel.es)) problems.push({ code: "label_half", clause: code, sentence: `${code} is a choice in the report form in one language only.` });
  }
  return problems;
}

export interface TranslationGap {
  clause: string;
  /** `outdated`: the English text changed and the Spanish one did not. */
  kind: "missing" | "outdated";
}

/** Where readers of Spanish get English, or what the clause said before. Nothing stands in the way of publishing with gaps; people know of them. */
export function translationGaps(before: PolicyContent | null, draft: PolicyContent): TranslationGap[] {
  const was = new Map(before?.clauses.map((clause) => [clause.code, clause]));
  return draft.clauses.flatMap(({ code, body, bodyEs }): TranslationGap[] => {
    if (!bodyEs) return [{ clause: code, kind: "missing" }];
    const earlier = was.get(code);
    return earlier && earlier.bodyEs === bodyEs && earlier.body !== body ? [{ clause: code, kind: "outdated" }] : [];
  });
}

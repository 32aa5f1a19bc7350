import { allRefusals, type Refusal } from "~/infra/result";
import type { Finding } from "../notices/leak-guard";
import type { ComposerFields } from "./composer";

export type FieldProblems = Partial<Record<keyof ComposerFields, string[]>>;

type Said = { field: keyof ComposerFields | null; text: string; changes: { who: string; what: string }[] };

/** The field of the form that a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, keyof ComposerFields>> = {
  justification_missing: "justification",
  unknown_feature: "features",
  start_passed: "startsAt",
  start_too_late: "startsAt",
  warning_scheduled: "startsAt",
  tip_off_without_referral: "noTipOff",
  evidence_not_in_case: "evidence",
  no_finding: "findings",
  clause_not_in_force: "findings",
  clause_twice: "findings",
  conduct_in_future: "findings",
  no_ladder: "findings",
  leak: "facts",
};

/** A refusal in the words of the form: its field, the words that leak, what changed on the case meanwhile. */
export function fieldOfRefusal(refusal: Refusal, sentence: string): Said {
  const detail = refusal.detail ?? {};
  return {
    field: fieldOf[refusal.reason] ?? null,
    text: leaksSaid(refusal, sentence),
    changes: Array.isArray(detail.changes) ? detail.changes.flatMap((change: unknown) => (isChange(change) ? [{ who: change.who, what: change.what }] : [])) : [],
  };
}

/** Everything a refusal stands for, by the fields of the form: what is wrong with each, once. */
export function fieldsOfRefusal(refusal: Refusal, sentenceOf: (reason: string) => string): FieldProblems {
  const problems: FieldProblems = {};
  for (const one of allRefusals(refusal)) {
    const { field, text } = fieldOfRefusal(one, sentenceOf(one.reason));
    if (field) problems[field] = [...new Set([...(problems[field] ?? []), text])];
  }
  return problems;
}

/** Problems of fields that the form itself found nothing wrong with yet: each field is told one kind of thing at a time. */
export function problemsBeside(found: Readonly<Record<string, unknown>>, problems: FieldProblems): Record<string, string[]> {
  const isFound = (field: string) => Object.entries(found).some(([name, said]) => said && (name === field || name.startsWith(`${field}[`)));
  return Object.fromEntries(Object.entries(problems).filter(([field]) => !isFound(field)));
}

/** The sentence of a refusal, and for a leak the words that have to go. */
export function leaksSaid({ detail }: Refusal, sentence: string): string {
  const leaks = Array.isArray(detail?.leaks) ? detail.leaks.flatMap((leak: unknown) => (hasFound(leak) ? [`“${leak.found}”`] : [])) : [];
  return leaks.length > 0 ? `${sentence} Found: ${leaks.join(", ")}.` : sentence;
}

/** The findings of a refusal, as the form shows them. */
export const findingsOf = (refusal: Refusal): Finding[] =>
  allRefusals(refusal).flatMap(({ reason, detail }) => ((reason === "leak" || reason === "leak_to_stranger") && Array.isArray(detail?.leaks) ? (detail.leaks as Finding[]) : []));

const hasFound = (leak: unknown): leak is { found: string } => typeof leak === "object" && leak !== null && "found" in leak && typeof leak.found === "string";
const isChange = (change: unknown): change is { who: string; what: string } =>
  typeof change === "object" && change !== null && "who" in change && typeof change.who === "string" && "what" in change && typeof change.what === "string";

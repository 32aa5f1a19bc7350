import type { Locale } from "~/infra/http/locale";
import { sameClause, type ClauseText } from "./policy-content";

export const clauseFields = ["section", "title", "titleEs", "body", "bodyEs", "severity", "reportLabel"] as const;
export type ClauseField = (typeof clauseFields)[number];

/** What became of one clause. A clause is the same one as long as its code is; its number in the document may change. */
export interface ClauseChange {
  code: string;
  /** `moved`: it reads as before and stands elsewhere; `renumbered`: only its number in the document is another. */
  kind: "added" | "removed" | "changed" | "renumbered" | "moved" | "same";
  before: ClauseText | null;
  after: ClauseText | null;
  /** Its place in the list, from 0. */
  beforeAt: number | null;
  afterAt: number | null;
  /** The parts that read otherwise. */
  fields: ClauseField[];
}

/**
 * What changes from one version to another, clause by clause, in the order of the later one; what was removed stands where
 * it was. Of clauses that changed places as few as can be count as moved.
 */
export function clauseChanges(before: readonly ClauseText[], after: readonly ClauseText[]): ClauseChange[] {
  const beforeAt = new Map(before.map(({ code }, at) => [code, at]));
  const afterAt = new Map(after.map(({ code }, at) => [code, at]));
  const stayed = inPlace(after.flatMap(({ code }) => beforeAt.get(code) ?? []));
  const changes: ClauseChange[] = [];
  /** Those that stood behind a clause which did not move, up to the next such. */
  const emitRemoved = (from: number) => {
    for (let at = from; at < before.length && !stayed.has(at); at += 1)
      if (!afterAt.has(before[at]!.code)) changes.push({ code: before[at]!.code, kind: "removed", before: before[at]!, after: null, beforeAt: at, afterAt: null, fields: [] });
  };
  emitRemoved(0);
  after.forEach((clause, at) => {
    const was = beforeAt.get(clause.code);
    if (was === undefined) changes.push({ code: clause.code, kind: "added", before: null, after: clause, beforeAt: null, afterAt: at, fields: [] });
    else {
      const fields = fieldsThatDiffer(before[was]!, clause);
      changes.push({ code: clause.code, kind: kindOf(fields, stayed.has(was)), before: before[was]!, after: clause, beforeAt: was, afterAt: at, fields });
      if (stayed.has(was)) emitRemoved(was + 1);
    }
  });
  return changes;
}

function kindOf(fields: readonly ClauseField[], stayed: boolean): ClauseChange["kind"] {
  if (fields.some((field) => field !== "section")) return "changed";
  if (fields.length > 0) return "renumbered";
  return stayed ? "same" : "moved";
}

const fieldsThatDiffer = (before: ClauseText, after: ClauseText): ClauseField[] =>
  sameClause(before, after) ? [] : clauseFields.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));

/** The members of the longest run that keeps its order: those did not move. */
function inPlace(places: readonly number[]): Set<number> {
  const tails: number[] = [];
  const previous = new Array<number>(places.length).fill(-1);
  places.forEach((place, at) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[tails[middle]!]! < place) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[at] = tails[low - 1]!;
    tails[low] = at;
  });
  const kept = new Set<number>();
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at]!) kept.add(places[at]!);
  return kept;
}

/** The changes that a reader has to know of. */
export const realChanges = (changes: readonly ClauseChange[]): ClauseChange[] => changes.filter(({ kind }) => kind !== "same");

/** One part of a clause before and after, and the language it is compared in. */
export interface TextCompared {
  was: string;
  is: string;
  language: Locale;
}

/**
 * What a reader of a language is shown of a change: in Spanish where each side has a Spanish text, else in English. Where only the English text
 * changed, the translation says nothing of it, so the English one is shown: no reader misses a change.
 */
export function textCompared(part: "title" | "body", { before, after }: Pick<ClauseChange, "before" | "after">, locale: Locale): TextCompared {
  const english: TextCompared = { was: before?.[part] ?? "", is: after?.[part] ?? "", language: "en" };
  const [was, is] = [before, after].map((clause) => (clause ? clause[`${part}Es`] : ""));
  if (locale !== "es" || was == null || is == null) return english;
  return was === is && english.was !== english.is ? english : { was, is, language: "es" };
}

/** The parts that read otherwise for the public in a language. What whoever reports picks from is not among them. */
export const publicFields = (change: ClauseChange, locale: Locale): ("section" | "title" | "body" | "severity")[] =>
  (["section", "title", "body", "severity"] as const).filter((field) => {
    if (field === "section" || field === "severity") return change.fields.includes(field);
    const { was, is } = textCompared(field, change, locale);
    return was !== is;
  });

/** The changes of what the public reads in a language. */
export const publicChanges = (changes: readonly ClauseChange[], locale: Locale): ClauseChange[] =>
  realChanges(changes).filter((change) => change.kind !== "changed" || publicFields(change, locale).length > 0);

export type ChangeCounts = Record<Exclude<ClauseChange["kind"], "same">, number>;

export function countChanges(changes: readonly ClauseChange[]): ChangeCounts {
  const counts: ChangeCounts = { added: 0, removed: 0, changed: 0, renumbered: 0, moved: 0 };
  for (const { kind } of changes) if (kind !== "same") counts[kind] += 1;
  return counts;
}

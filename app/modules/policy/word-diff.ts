import { diffWordsWithSpace } from "diff";

/** A run of text and what became of it. Without the added ones the runs are the text before, without the removed ones the text after. */
export interface TextChange {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Beyond this many edits a comparison word by word says less than both texts whole, and would take too long. */
const mostEdits = 3_000;

/**
 * What changed from one text to another, in whole words, as a person would mark it: words that lie between two changes
 * with nothing but space around them are not picked out.
 */
export function wordDiff(before: string, after: string): TextChange[] {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const found = diffWordsWithSpace(before, after, { maxEditLength: mostEdits });
  const runs: TextChange[] = found
    ? found.map(({ value, added, removed }) => ({ kind: added ? "added" : removed ? "removed" : "same", text: value }))
    : [
        { kind: "removed", text: before },
        { kind: "added", text: after },
      ];
  return gather(runs);
}

/** Puts the changes that only white space keeps apart into one: first all that went, then all that came. */
function gather(runs: readonly TextChange[]): TextChange[] {
  const gathered: TextChange[] = [];
  let removed = "";
  let added = "";
  const close = () => {
    if (removed) gathered.push({ kind: "removed", text: removed });
    if (added) gathered.push({ kind: "added", text: added });
    removed = added = "";
  };
  runs.forEach((run, index) => {
    if (run.kind === "removed") removed += run.text;
    else if (run.kind === "added") added += run.text;
    else if (/^[^\S\n]+$/.test(run.text) && removed && added && index + 1 < runs.length) {
      removed += run.text;
      added += run.text;
    } else {
      close();
      gathered.push(run);
    }
  });
  close();
  return gathered;
}

/** The text before (without what was added) or after (without what was removed). */
export const textOf = (changes: readonly TextChange[], side: "before" | "after"): string =>
  changes.filter(({ kind }) => kind !== (side === "before" ? "added" : "removed")).map(({ text }) => text).join("");

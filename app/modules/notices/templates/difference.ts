export interface Change {
  kind: "same" | "added" | "removed";
  text: string;
}

/** What became of one list in another: the longest common run of lines stays, the rest was taken away or added. */
export function difference(before: readonly string[], after: readonly string[]): Change[] {
  const longest = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) longest[i]![j] = before[i] === after[j] ? longest[i + 1]![j + 1]! + 1 : Math.max(longest[i + 1]![j]!, longest[i]![j + 1]!);
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) changes.push({ kind: "same", text: before[(j += 1, i++)]! });
    else if (i < before.length && (j >= after.length || longest[i + 1]![j]! >= longest[i]![j + 1]!)) changes.push({ kind: "removed", text: before[i++]! });
    else changes.push({ kind: "added", text: after[j++]! });
  }
  return changes;
}

import { expect, test } from "vitest";
import { changesBeside } from "./change-words";

const nothing = { changed: 0, added: 0, removed: 0, renumbered: 0, moved: 0 };

test.each([
  [nothing, "Beside version 1: Nothing changes in the clauses."],
  [{ ...nothing, changed: 1, added: 2 }, "Beside version 1: 1 clause changed and 2 new clauses"],
])("what a version changes is one sentence, also when that is nothing: %o", (counts, words) => {
  expect(changesBeside(counts, 1)).toBe(words);
});

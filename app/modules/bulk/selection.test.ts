import { expect, test } from "vitest";
import { parseSelection, selectionInWords, selectionQuery } from "./selection";

const one = "0192a3b4-0000-7000-8000-000000000001";

test.each([
  ["subject=case&scope=all&state=open&platform=customerflows&after=1.2", "subject=case&scope=all&state=open&platform=customerflows", "Cases by filter: state open, platform customerflows"],
  [`subject=case&id=${one}&id=${one}&id=%27%3B--&state=open`, `subject=case&id=${one}`, "Cases ticked by hand"],
  ["subject=account&scope=all&platform=xpecto&status=hacked", "subject=account&scope=all&platform=xpecto", "Accounts by filter: platform xpecto"],
  [`subject=decision&source=${one}`, `subject=decision&source=${one}`, "Open proposals of another bulk action"],
])("%s", (address, query, words) => {
  const selection = parseSelection(new URLSearchParams(address));
  expect(selection && [selectionQuery(selection), selectionInWords(selection)]).toEqual([query, words]);
});

test.each(["", "subject=person", "subject=decision&source=nothing"])("%j selects nothing", (address) => {
  expect(parseSelection(new URLSearchParams(address))).toBeNull();
});

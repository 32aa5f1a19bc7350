import { expect, test } from "vitest";
import { refuse } from "~/infra/result";
import { keptReason, reasonSentence } from "./item-reason";

test.each([
  ["names the state that stood in the way", refuse("illegal_move", { state: "waiting_for_information", move: "decide" }), "Not possible while it is waiting for information."],
  ["says what it can where no state is named", refuse("illegal_move"), "This is not possible in the state it is in now. Look where it stands, and choose again."],
  ["has its own sentence for every other reason", refuse("nothing_to_lift", { state: "active" }), "No measure is active on this account."],
])("what is left alone %s", (_what, refusal, sentence) => {
  expect(reasonSentence(keptReason(refusal))).toBe(sentence);
});

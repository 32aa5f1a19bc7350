import { refusalText } from "~/infra/http/refusals";
import type { Refusal } from "~/infra/result";

const inState = /^illegal_move:([a-z_]+)$/;

/** Why an item was left alone, as it is kept: with the state that stood in the way, where the refusal names one. */
export const keptReason = ({ reason, detail }: Refusal): string => (reason === "illegal_move" && typeof detail?.state === "string" ? `${reason}:${detail.state}` : reason);

export function reasonSentence(kept: string): string {
  const state = inState.exec(kept)?.[1];
  return state ? `Not possible while it is ${state.replaceAll("_", " ")}.` : refusalText(kept).sentence;
}

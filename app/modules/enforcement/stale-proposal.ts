import { refusalText } from "~/infra/http/refusals";
import type { Refusal } from "~/infra/result";

const changes: Readonly<Record<string, string>> = {
  state: "The case is not being investigated any more.",
  decided: "The case was decided in the meantime.",
  clauses: "Another version of a clause it names holds for the day it happened.",
  recommendation: "The strikes it counted are others now, or they lead to another rung.",
  ladder: "The ladder has a new version since.",
};

/** Why a proposal is refused, and for one that rests on what changed since (rule of procedure 2), what that is. */
export function refusedProposal({ reason, detail }: Refusal): string {
  const { sentence } = refusalText(reason);
  const because = reason === "case_changed" && typeof detail?.because === "string" ? detail.because : null;
  return because === null ? sentence : `${changes[because] ?? refusalText(because).sentence} ${sentence}`;
}

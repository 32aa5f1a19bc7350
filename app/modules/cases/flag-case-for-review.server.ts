import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { changed } from "./case";
import { lockCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";

/** Puts a case up for another look because a strike its decision counted was voided (rule of procedure 5). */
export async function flagCaseForReview(tx: Tx, actor: Actor, input: { caseId: string; reason: string; at: DateTime }): Promise<void> {
  const found = await lockCase(tx, input.caseId);
  if (!found) throw new Error(`case ${input.caseId} is gone`);
  await applyCaseChange(tx, actor, input.at, {
    case: changed(found, { reviewReason: input.reason }, input.at),
    audit: "case.flagged_for_review",
    facts: { reason: input.reason },
    event: { kind: "flagged_for_review", data: { reason: input.reason } },
  });
}

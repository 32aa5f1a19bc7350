import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Actor } from "../access/actor";
import { changed } from "./case";
import type { CaseEventOf } from "./case-event";
import { lockCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";

/** Takes the case out of review, in the transaction of whoever ended it. Permission is the calling command's to check. */
export async function endReview(tx: Tx, actor: Actor, { caseId, at, data }: { caseId: string; at: DateTime; data: CaseEventOf<"review_done">["data"] }): Promise<void> {
  const found = await lockCase(tx, caseId);
  if (!found) throw new Error(`case ${caseId} is gone`);
  await applyCaseChange(tx, actor, at, {
    case: changed(found, { reviewReason: null }, at),
    audit: "case.review_done",
    facts: { result: data.result ?? null, references: data.references, reason: data.reason },
    event: { kind: "review_done", data },
  });
}

import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { findPersonalData } from "./checked-statement.server";
import { lockPublication, savePublicFacts, subjectOf } from "./publication.repo.server";
import type { RewritePublicFactsInput } from "./rewrite-public-facts.schema";

export type RewriteRefusal = "forbidden" | "not_found" | "statement_exported" | "statement_out_of_scope" | "personal_data";

/**
 * Puts other words in place of the account holder's facts, for the public alone: the statement itself stays frozen. The
 * new words hold no personal data either, and say so to the trail.
 */
export async function rewritePublicFacts(deps: Deps, actor: StaffActor, { statementId, publicFacts }: RewritePublicFactsInput): Promise<Result<object, RewriteRefusal>> {
  if (!may(actor, "statement:export")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, RewriteRefusal>> => {
    const publication = await lockPublication(tx, statementId);
    if (!publication) return refuse("not_found");
    if (publication.outOfScope) return refuse("statement_out_of_scope");
    if (publication.batchId) return refuse("statement_exported");
    const found = await findPersonalData(tx, deps.crypto, publication, publicFacts);
    if (found.length > 0) return refuse("personal_data", { found });
    await savePublicFacts(tx, statementId, { publicFacts, byId: actor.id, at });
    const { accountId, caseId } = subjectOf(publication);
    const { decision, action } = publication.statement;
    await recordAudit(tx, actor, { type: "statement.public_facts_rewritten", at, platformId: publication.platformId, accountId, caseId, ...(decision ? { decisionId: decision.id } : { actionId: action?.id }), puid: publication.statement.puid, publicFacts });
    return { ok: true };
  });
}

import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { isOpenCase } from "../cases/case-state";
import { lockAccount } from "../platforms/account.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { recordConfirmedLeaks } from "./check-leaks.server";
import { loadCaseFacts } from "./decision.repo.server";
import type { InterimMeasureInput } from "./interim-measure.schema";
import { groundOf, type GroundRefusal } from "./interim-ground.server";
import type { Measure } from "./measure";
import { startInterim, type InterimBarred } from "./start-interim.server";

export type AppliedInterim = { actionId: string; reference: string; state: "active" | "awaiting_approval" };

export type InterimRefusal = "forbidden" | InterimBarred | GroundRefusal;

/**
 * Restricts or suspends an account while its case is still looked into (CF-AUP 7.1). It holds at the gate at once, ends
 * by itself (rule of procedure 6) and the account holder gets a statement of reasons, which names the clause that seems to be broken. One at a time for each case, and in all never longer
 * than rule of procedure 2 lets anybody suspend for alone. Where the platform asks for a second person sooner, it waits for
 * one: nothing holds and nobody is told until then.
 */
export async function applyInterimMeasure(deps: Deps, actor: StaffActor, input: InterimMeasureInput): Promise<Result<AppliedInterim, InterimRefusal>> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<AppliedInterim, InterimRefusal>> => {
    const found = await loadCaseFacts(tx, input.caseId);
    const account = found && (await lockAccount(tx, found.accountId));
    if (!found || !account) return refuse("not_found");
    const terms = await platformTerms(tx, account.platformId);
    const days = input.days ?? terms.interimMeasureDays;
    const measure: Measure = input.kind === "suspension" ? { kind: "suspension", days } : { kind: "feature_restriction", features: input.features, days };
    const expected = { version: input.version, held: true };
    if (!isOpenCase(found.state)) return refuse("case_decided");
    const grounded = await groundOf(tx, { caseId: found.id, platformId: account.platformId }, input, { at, zone: terms.zone });
    if (!grounded.ok) return grounded;
    const { ground } = grounded;
    const started = await startInterim(tx, deps, actor, { found, account, terms, measure, ground, reason: input.reason, confirmed: input.confirmed, mustAdd: false, expected, at });
    if (!started.ok) return started;
    const { action, state, endsAt, facts } = started;
    await recordAudit(tx, actor, { ...facts, type: state === "active" ? "action.interim_applied" : "action.interim_proposed", kind: measure.kind, features: action.features, clauseId: ground.clauseId, endsAt, reason: input.reason });
    await recordConfirmedLeaks(tx, actor, facts, started.confirmed);
    return { ok: true, actionId: action.id, reference: action.reference, state };
  });
}

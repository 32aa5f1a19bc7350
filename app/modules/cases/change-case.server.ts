import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { type Actor, may } from "../access/actor";
import type { Permission } from "../access/permissions";
import { recordAudit } from "../audit/record-audit.server";
import type { AuditEvent } from "../audit/audit-event";
import { type Case, checkVersion } from "./case";
import type { CaseEvent } from "./case-event";
import { insertCaseEvent, lockCase, saveCase } from "./case.repo.server";

export interface CaseTarget {
  caseId: string;
  /** Version of the case the form was made from. */
  version?: number;
}

type Facts = Omit<AuditEvent, "type" | "at" | "platformId" | "accountId" | "caseId">;

/** What a rule decided: the case as it becomes, the audit entry, and the timeline entry unless it is not worth one. */
export interface CaseChange {
  case: Case;
  audit: AuditEvent["type"];
  facts?: Facts;
  event?: CaseEvent;
}

/** Saves a case that is locked, with its timeline and audit entries. */
export async function applyCaseChange(tx: Tx, actor: Actor, now: DateTime, change: CaseChange): Promise<void> {
  const { case: next, audit, facts, event } = change;
  await saveCase(tx, next);
  if (event) await insertCaseEvent(tx, actor, next.id, now, event);
  await recordAudit(tx, actor, {
    ...facts,
    type: audit,
    at: now,
    platformId: next.platformId,
    accountId: next.accountId,
    caseId: next.id,
    state: next.state,
    version: next.version,
  });
}

/**
 * The one way a person changes a case: permission, lock, version, rule, save, timeline, audit, in one transaction.
 * A refusal leaves nothing behind.
 */
export async function changeCase<Reason extends string>(
  deps: Deps,
  actor: Actor,
  permission: Permission,
  target: CaseTarget,
  rule: (found: Case, now: DateTime<true>, tx: Tx) => Promise<Result<CaseChange, Reason>> | Result<CaseChange, Reason>,
  lockFirst?: (tx: Tx, caseId: string) => Promise<void>,
): Promise<Result<{ case: Case }, Reason | "forbidden" | "not_found" | "stale">> {
  if (!may(actor, permission)) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    await lockFirst?.(tx, target.caseId);
    const found = await lockCase(tx, target.caseId);
    if (!found) return refuse("not_found");
    const fresh = checkVersion(found, target.version);
    if (!fresh.ok) return fresh;
    const decided = await rule(found, now, tx);
    if (!decided.ok) return decided;
    await applyCaseChange(tx, actor, now, decided);
    return { ok: true, case: decided.case };
  });
}

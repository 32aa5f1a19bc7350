import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { Severity } from "../policy/severity";
import { joined } from "./case";
import { insertCase, insertCaseEvent, lockAccountForJoining, lockOpenCase, type NewCase } from "./case.repo.server";
import { applyCaseChange } from "./change-case.server";

export interface Joining {
  platformId: string;
  accountId: string;
  area: string;
  /** Of the clause that was reported or whose rule fired. */
  severity: Severity;
  at: DateTime;
  what: { kind: "report"; id: string; reference: string; channel: string } | { kind: "signal"; id: string; rule: string };
}

/**
 * Attaches a report or signal to the account's open case in its area, or opens that case: at most one is open at a
 * time. Runs in the transaction of intake or signals, which then point their own row at the case.
 */
export async function joinCase(
  tx: Tx,
  actor: Actor,
  joining: Joining,
): Promise<Result<{ caseId: string; reference: string; opened: boolean }, "not_found">> {
  if (!(await lockAccountForJoining(tx, joining.accountId))) return refuse("not_found");
  const { found, opened } = await findOrOpen(tx, actor, {
    platformId: joining.platformId,
    accountId: joining.accountId,
    area: joining.area,
    severity: joining.severity,
    openedAt: joining.at,
  });
  const next = joined(found, { kind: joining.what.kind, severity: joining.severity }, joining.at);
  const { what } = joining;
  await applyCaseChange(tx, actor, joining.at, {
    case: next,
    audit: what.kind === "report" ? "case.report_attached" : "case.signal_attached",
    facts: what.kind === "report" ? { reportId: what.id } : { signalId: what.id },
    event:
      what.kind === "report"
        ? { kind: "report_attached", data: { reportId: what.id, reference: what.reference, channel: what.channel } }
        : { kind: "signal_attached", data: { signalId: what.id, rule: what.rule } },
  });
  if (next.severity !== found.severity) {
    await insertCaseEvent(tx, actor, next.id, joining.at, {
      kind: "severity_raised",
      data: { from: found.severity, to: next.severity },
    });
  }
  return { ok: true, caseId: next.id, reference: next.reference, opened };
}

/** Twice at most a new reference is taken already; then something is broken. */
export async function findOrOpen(tx: Tx, actor: Actor, fresh: NewCase) {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const open = await lockOpenCase(tx, fresh.accountId, fresh.area);
    if (open) return { found: open, opened: false };
    const made = await insertCase(tx, fresh);
    if (!made) continue;
    await insertCaseEvent(tx, actor, made.id, fresh.openedAt, { kind: "opened", data: { area: fresh.area } });
    await recordAudit(tx, actor, {
      type: "case.opened",
      at: fresh.openedAt,
      platformId: fresh.platformId,
      accountId: fresh.accountId,
      caseId: made.id,
      area: fresh.area,
    });
    return { found: made, opened: true };
  }
  throw new Error(`no case could be opened for account ${fresh.accountId} in ${fresh.area}`);
}

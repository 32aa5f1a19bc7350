import { randomUUID } from "node:crypto";
import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "~/modules/access/actor";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { anInvestigation, aViolation, type Investigation } from "./investigation";

export const worker = { kind: "system", name: "test" } as const;

export const must = <T extends { ok: boolean }>(result: T) => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result as Extract<T, { ok: true }>;
};

export interface Decided {
  found: Investigation;
  decisionId: string;
  actionId: string;
  holder: { kind: "account_holder"; accountId: string };
}

/** Two reports, decided: by default the ladder's week of suspension for a grave breach (CF-AUP 4.3.b). */
export async function decided(
  deps: Deps,
  decider: StaffActor,
  platformId: string,
  over: { clause?: string; accountId?: string; informed?: boolean; area?: string; startsAt?: string } = {},
): Promise<Decided> {
  const found = await anInvestigation(deps, decider, { platformId, reports: 2, accountId: over.accountId, area: over.area });
  const violation = await aViolation(deps, found, { clause: over.clause ?? "CF-AUP-4.3.b" });
  violation.findings[0]!.conductOn = deps.clock().minus({ days: 2 }).toISODate();
  const { decisionId } = must(await decideCase(deps, decider, { ...violation, startsAt: over.startsAt }));
  if (over.informed !== false) await recordInformed(deps, worker, { decisionId, actionId: null, informedAt: deps.clock() });
  const { id: actionId } = await deps.db.action.findFirstOrThrow({ where: { decisionId } });
  return { found, decisionId, actionId, holder: { kind: "account_holder", accountId: found.account.id } };
}

export const filed = (deps: Deps, on: Decided, over: { idempotencyKey?: string; explanation?: string; actionId?: string; accountId?: string } = {}) =>
  fileAppeal(deps, on.holder, {
    actionId: on.actionId,
    accountId: on.holder.accountId,
    explanation: "Both contacts had signed our form; the copies are attached.",
    idempotencyKey: randomUUID(),
    channel: "link",
    ...over,
  });

/** Notices in clear, in the order they were staged. */
export const openedNotices = async (deps: Deps, where: object) =>
  (await deps.db.notice.findMany({ where, orderBy: { id: "asc" } })).map((notice) => ({
    kind: notice.kind,
    to: deps.crypto.open(notice.addressSealed, "notice.address"),
    subject: notice.subject,
    text: deps.crypto.open(notice.textSealed, "notice.text"),
    actionId: notice.actionId,
  }));

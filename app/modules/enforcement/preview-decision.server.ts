import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { maskedLink } from "../access/private-link.server";
import { may, type StaffActor } from "../access/actor";
import { previewOutcomes } from "../intake/resolve-reports.server";
import { maskAddress } from "../notices/notice";
import { previewNotice } from "../notices/preview-notice.server";
import type { NoticeDraft } from "../notices/stage-notice.server";
import { actionsOfAccount } from "./action.repo.server";
import { accountHolderDrafts } from "./decision-messages";
import type { DecideCaseInput } from "./decide-case.schema";
import type { DecisionPlan } from "./decision-plan";
import { projectGate, type GateAction, type GateRow } from "./gate-projection";
import type { DecisionPreview, GateChange, PreviewedMessage } from "./decision-preview";
import { prepareDecision, type PreparedDecision, type PrepareRefusal } from "./prepare-decision.server";

/** Stands where the reference will be drawn at the commit. */
const pendingReference = "D-····-····";

/**
 * Exactly what a decision would do and tell, worked out by the code that commits it: every message to the account holder
 * and to each reporter, what changes at the gate, and whether a second person is needed. Nothing is written.
 */
export async function previewDecision(
  deps: Deps,
  actor: StaffActor,
  input: DecideCaseInput,
): Promise<Result<{ preview: DecisionPreview }, PrepareRefusal | "forbidden">> {
  if (!may(actor, "case:read")) return refuse("forbidden");
  const at = deps.clock();
  return deps.db.$transaction(async (tx): Promise<Result<{ preview: DecisionPreview }, PrepareRefusal>> => {
    const worked = await prepareDecision(tx, deps, input, at, { asked: "now" });
    return worked.ok ? { ok: true, preview: await previewPrepared(tx, deps, worked.prepared) } : worked;
  });
}

/** The preview of a decision already worked out: also what an approver is shown. */
export async function previewPrepared(tx: Tx, deps: Deps, prepared: PreparedDecision, names = { decisionId: "preview", reference: pendingReference }): Promise<DecisionPreview> {
  const { plan, case: found, at } = prepared;
  const holder = accountHolderDrafts(prepared, { ...names, standingUrl: maskedLink(deps, "account_standing") });
  const { drafts, silent } = await previewOutcomes(tx, deps, { caseId: found.id, outcome: prepared.outcome, at, link: maskedLink(deps, "report_status") });
  return {
    plan: plan && planShown(plan),
    toAccountHolder: await rendered(tx, deps, holder, "account_holder"),
    toReporters: await rendered(tx, deps, drafts, "reporter"),
    reportersWithoutAddress: silent,
    withheld: plan?.noTipOff ?? false,
    accountHasNoAddress: prepared.account.emails.length === 0,
    confirmedLeaks: prepared.confirmedLeaks.map(({ kind, found, reason }) => ({ kind, found, reason })),
    interimEnding: prepared.interim.active.map(({ reference }) => reference),
    gate: await gateChanges(tx, prepared),
  };
}

const planShown = (plan: DecisionPlan): NonNullable<DecisionPreview["plan"]> => ({
  recommendation: plan.recommendation,
  rung: plan.rung,
  measure: plan.measure,
  deviation: plan.deviation,
  needsApproval: plan.needsApproval,
  startsAt: plan.startsAt.toISO(),
  endsAt: plan.endsAt?.toISO() ?? null,
  strike: { weight: plan.strike.weight, expiresAt: plan.strike.expiresAt.toISO() },
  lawEnforcementReferral: plan.lawEnforcementReferral,
});

/** Addresses are masked: reading a reporter's address is an act of its own, with a reason. */
async function rendered(tx: Tx, deps: Pick<Deps, "db" | "log">, drafts: readonly NoticeDraft[], audience: PreviewedMessage["audience"]): Promise<PreviewedMessage[]> {
  const messages: PreviewedMessage[] = [];
  for (const draft of drafts) {
    if (draft.platformId === null) throw new Error("a decision is told by a platform");
    const { subject, text, language } = await previewNotice(tx, deps, { ...draft, platformId: draft.platformId });
    messages.push({ audience, to: maskAddress(draft.to), subject, text, language });
  }
  return messages;
}

async function gateChanges(tx: Tx, prepared: PreparedDecision): Promise<GateChange[]> {
  const { plan, at, terms } = prepared;
  const before = await actionsOfAccount(tx, prepared.account.id, "active");
  const ending = new Set(prepared.interim.active.map(({ id }) => id));
  const planned: GateAction[] = plan
    ? [{ id: "planned", kind: plan.measure.kind, interim: false, features: "features" in plan.measure ? plan.measure.features : [], state: "active", startsAt: plan.startsAt, endsAt: plan.endsAt }]
    : [];
  const rowsBefore = byFeature(projectGate(before, terms.features, at), at);
  const rowsAfter = byFeature(projectGate([...before.filter(({ id }) => !ending.has(id)), ...planned], terms.features, at), at);
  return terms.features.map(({ code, name }) => ({ feature: code, name, before: shown(rowsBefore.get(code), at), after: shown(rowsAfter.get(code), at) }));
}

/** Of each feature the row that speaks now, else the first that will. */
function byFeature(rows: readonly GateRow[], at: DateTime): Map<string, GateRow> {
  const speaking = new Map<string, GateRow>();
  for (const row of rows) if (row.from <= at || !speaking.has(row.feature)) speaking.set(row.feature, row);
  return speaking;
}

const shown = (row: GateRow | undefined, at: DateTime): GateChange["before"] =>
  row ? { allowed: false, reasonCode: row.reasonCode, from: row.from > at ? isoOrNull(row.from) : null, until: isoOrNull(row.until) } : { allowed: true, reasonCode: null, from: null, until: null };

const isoOrNull = (at: DateTime | null): string | null => at?.toUTC().toISO() ?? null;

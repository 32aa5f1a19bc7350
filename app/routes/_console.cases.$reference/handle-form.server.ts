import { parseWithZod } from "@conform-to/zod/v4";
import type { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import type { Result } from "~/infra/result";
import type { StaffActor } from "~/modules/access/actor";
import { addNoteSchema } from "~/modules/cases/add-note.schema";
import { addNote } from "~/modules/cases/add-note.server";
import { caseTargetSchema } from "~/modules/cases/case-target.schema";
import { claimCase } from "~/modules/cases/claim-case.server";
import { closeCaseSchema, reopenCaseSchema } from "~/modules/cases/close-case.schema";
import { closeCase } from "~/modules/cases/close-case.server";
import { deescalateCaseSchema, escalateCaseSchema } from "~/modules/cases/escalate-case.schema";
import { deescalateCase, escalateCase } from "~/modules/cases/escalate-case.server";
import { reassignCaseSchema } from "~/modules/cases/reassign-case.schema";
import { reassignCase } from "~/modules/cases/reassign-case.server";
import { releaseCase } from "~/modules/cases/release-case.server";
import { renewLease } from "~/modules/cases/renew-lease.server";
import { reopenCase } from "~/modules/cases/reopen-case.server";
import { resumeCase } from "~/modules/cases/resume-case.server";
import { revealReporterSchema } from "~/modules/cases/reveal-reporter.schema";
import { revealReporter } from "~/modules/cases/reveal-reporter.server";
import { acceptRuleMeasure, refuseRuleMeasure } from "~/modules/enforcement/answer-rule-measure.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { closeReviewSchema, undoDecisionSchema } from "~/modules/enforcement/close-review.schema";
import { closeReview } from "~/modules/enforcement/close-review.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { acceptRuleMeasureSchema, extendInterimSchema, interimMeasureSchema, liftActionSchema, refuseRuleMeasureSchema } from "~/modules/enforcement/interim-measure.schema";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { undoDecision } from "~/modules/enforcement/undo-decision.server";
import { askReporter } from "~/modules/intake/ask-reporter.server";
import { askReporterSchema } from "~/modules/intake/staff-report.schema";

type Outcome = Result<object>;
type Handler = (deps: Deps, actor: StaffActor, form: FormData) => Promise<Handled>;

export type Handled =
  | { status: "done"; result: Extract<Outcome, { ok: true }>; said: string }
  | { status: "refused"; result: Extract<Outcome, { ok: false }> }
  | { status: "invalid"; errors: string[] };

function handler<Schema extends z.ZodType>(
  schema: Schema,
  command: (deps: Deps, actor: StaffActor, input: z.output<Schema>) => Promise<Outcome>,
  said: string | ((result: { ok: true; state?: unknown; goesOn?: unknown }) => string),
): Handler {
  return async (deps, actor, form) => {
    const submission = parseWithZod(form, { schema });
    if (submission.status !== "success") {
      return { status: "invalid", errors: Object.values(submission.error ?? {}).flatMap((messages) => messages ?? []) };
    }
    const result = await command(deps, actor, submission.value as z.output<Schema>);
    return result.ok ? { status: "done", result, said: typeof said === "string" ? said : said(result) } : { status: "refused", result };
  };
}

/** Every form of the case page, by the value of the button that sent it. */
const handlers: Readonly<Record<string, Handler>> = {
  claim: handler(caseTargetSchema, claimCase, "You hold this case now."),
  renew: handler(caseTargetSchema, renewLease, ""),
  release: handler(caseTargetSchema, releaseCase, "The case is back in the queue."),
  resume: handler(caseTargetSchema, resumeCase, "The investigation goes on."),
  note: handler(addNoteSchema, addNote, "The note is added."),
  escalate: handler(escalateCaseSchema, escalateCase, "The case is escalated."),
  deescalate: handler(deescalateCaseSchema, deescalateCase, "The escalation is over."),
  reassign: handler(reassignCaseSchema, reassignCase, "The case changed hands."),
  close: handler(closeCaseSchema, closeCase, "The case is closed."),
  reopen: handler(reopenCaseSchema, reopenCase, "The case is open again."),
  ask: handler(askReporterSchema, askReporter, "The question is on its way to the reporter. The case waits for the answer."),
  interim: handler(interimMeasureSchema, applyInterimMeasure, ({ state }) =>
    state === "awaiting_approval" ? "The measure is proposed. It holds once a second person agrees." : "The measure is in place. The account holder is told now."),
  "accept-rule-measure": handler(acceptRuleMeasureSchema, acceptRuleMeasure, ({ state }) =>
    state === "awaiting_approval" ? "The measure is proposed by you now. It holds once a second person agrees." : "The measure is in place. The account holder is told now."),
  "refuse-rule-measure": handler(refuseRuleMeasureSchema, refuseRuleMeasure, "Refused. Nothing was put in place."),
  "extend-interim": handler(extendInterimSchema, extendInterimMeasure, ({ state }) =>
    state === "awaiting_approval" ? "The extension is proposed. The measure lasts longer once a second person agrees." : "The measure lasts longer. The account holder is told now."),
  lift: handler(liftActionSchema, liftAction, "The action is lifted. The account holder is told now."),
  undo: handler(undoDecisionSchema, undoDecision, ({ goesOn }) => `The decision is undone, and everybody who was told of it is told so. ${whereItGoesOn(goesOn)}`),
  review: handler(closeReviewSchema, closeReview, ({ goesOn }) =>
    goesOn ? `The decision is taken back, and everybody who was told of it is told so. ${whereItGoesOn(goesOn)}` : "The review is done: the decision stands.",
  ),
  reveal: handler(revealReporterSchema, revealReporter, ""),
};

const isElsewhere = (goesOn: unknown): goesOn is { reference: string } => typeof goesOn === "object" && goesOn !== null && "elsewhere" in goesOn && goesOn.elsewhere === true;

const whereItGoesOn = (goesOn: unknown): string =>
  isElsewhere(goesOn) ? `Case ${goesOn.reference} about the same is open, and its work goes on there.` : "You hold the case, to decide it anew.";

/** Null when no such form exists. */
export async function handleCaseForm(deps: Deps, actor: StaffActor, form: FormData): Promise<Handled | null> {
  const intent = String(form.get("intent"));
  return Object.hasOwn(handlers, intent) ? handlers[intent]!(deps, actor, form) : null;
}

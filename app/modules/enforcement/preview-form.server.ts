import { parseWithZod } from "@conform-to/zod/v4";
import type { Deps } from "~/infra/deps.server";
import { refusalText } from "~/infra/http/refusals";
import type { StaffActor } from "../access/actor";
import type { ComposerData } from "./composer";
import { draftDecisionSchema, type DecideCaseInput } from "./decide-case.schema";
import type { PreviewAnswer } from "./decision-composer";
import { fieldOfRefusal, findingsOf } from "./decision-refusals";
import { previewDecision } from "./preview-decision.server";

const unready = "Pick a clause and the day it happened, and what this would do is shown here.";

async function answer(deps: Deps, actor: StaffActor, draft: DecideCaseInput): Promise<PreviewAnswer> {
  const previewed = await previewDecision(deps, actor, draft);
  if (previewed.ok) return { preview: previewed.preview, problem: null, leaks: [] };
  return { preview: null, problem: fieldOfRefusal(previewed, refusalText(previewed.reason).sentence).text, leaks: findingsOf(previewed) };
}

/** The preview of a form as far as it is written. */
export async function previewForm(deps: Deps, actor: StaffActor, form: FormData): Promise<PreviewAnswer> {
  const draft = parseWithZod(form, { schema: draftDecisionSchema });
  return draft.status === "success" ? answer(deps, actor, draft.value) : { preview: null, problem: unready, leaks: [] };
}

/** The preview a composer opens with: what its suggestions would do. */
export async function firstPreview(deps: Deps, actor: StaffActor, composer: ComposerData): Promise<PreviewAnswer> {
  const { rung: _rung, days: _days, lawEnforcementReferral: _referral, noTipOff: _noTipOff, ...defaults } = composer.defaults;
  const draft = draftDecisionSchema.safeParse(defaults);
  return draft.success ? answer(deps, actor, draft.data) : { preview: null, problem: unready, leaks: [] };
}

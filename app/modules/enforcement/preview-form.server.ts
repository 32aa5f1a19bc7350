import { parseWithZod } from "@conform-to/zod/v4";
import type { Deps } from "~/infra/deps.server";
import { refusalText } from "~/infra/http/refusals";
import { allRefusals } from "~/infra/result";
import type { StaffActor } from "../access/actor";
import type { ComposerData } from "./composer";
import { checkedDecisionSchema, draftDecisionSchema, type DecideCaseInput } from "./decide-case.schema";
import type { PreviewAnswer } from "./decision-composer";
import { fieldOfRefusal, fieldsOfRefusal, findingsOf } from "./decision-refusals";
import { previewDecision } from "./preview-decision.server";

const unready = "Pick a clause and the day it happened, and what this would do is shown here.";

async function answer(deps: Deps, actor: StaffActor, draft: DecideCaseInput): Promise<Omit<PreviewAnswer, "problems">> {
  const previewed = await previewDecision(deps, actor, draft);
  if (previewed.ok) return { preview: previewed.preview, problem: null, leaks: [] };
  const said = allRefusals(previewed).map((one) => fieldOfRefusal(one, refusalText(one.reason).sentence).text);
  return { preview: null, problem: [...new Set(said)].join(" "), leaks: findingsOf(previewed) };
}

/** The preview of a form as far as it is written, and everything that stands against deciding it so. */
export async function previewForm(deps: Deps, actor: StaffActor, form: FormData): Promise<PreviewAnswer> {
  const draft = parseWithZod(form, { schema: draftDecisionSchema });
  const answered = draft.status === "success" ? await answer(deps, actor, draft.value) : { preview: null, problem: unready, leaks: [] };
  const plan = answered.preview?.plan;
  if (answered.preview && (!plan || plan.deviation === "none")) return { ...answered, problems: {} };
  const checked = parseWithZod(form, { schema: checkedDecisionSchema });
  if (checked.status !== "success") return { ...answered, problems: {} };
  const against = await previewDecision(deps, actor, checked.value);
  return { ...answered, problems: against.ok ? {} : fieldsOfRefusal(against, (reason) => refusalText(reason).sentence) };
}

/** The preview a composer opens with: what its suggestions would do. */
export async function firstPreview(deps: Deps, actor: StaffActor, composer: ComposerData): Promise<PreviewAnswer> {
  const { rung: _rung, days: _days, lawEnforcementReferral: _referral, noTipOff: _noTipOff, ...defaults } = composer.defaults;
  const draft = draftDecisionSchema.safeParse(defaults);
  return { ...(draft.success ? await answer(deps, actor, draft.data) : { preview: null, problem: unready, leaks: [] }), problems: {} };
}

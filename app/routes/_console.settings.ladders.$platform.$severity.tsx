import { type SubmissionResult, useForm } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { cancelLadder } from "~/modules/enforcement/cancel-ladder.server";
import { draftKey } from "~/modules/enforcement/ladder-edit";
import { LadderEditor } from "~/modules/enforcement/ladder-editor";
import { LadderHistory } from "~/modules/enforcement/ladder-history";
import { LadderSteps } from "~/modules/enforcement/ladder-steps";
import { ladderPage, previewLadder, type LadderPreview } from "~/modules/enforcement/ladders.queries.server";
import { saveLadder } from "~/modules/enforcement/save-ladder.server";
import { cancelLadderSchema, ladderDraftSchema, ladderOfSchema, saveLadderSchema } from "~/modules/enforcement/save-ladder.schema";

export const meta: MetaFunction = ({ params }) => [{ title: `Ladder for ${params.severity} severity` }];

const ladderOf = (params: ActionFunctionArgs["params"]) => {
  const parsed = ladderOfSchema.safeParse({ platformKey: params.platform, severity: params.severity });
  if (!parsed.success) throw data({ reason: "not_found" }, { status: 404 });
  return parsed.data;
};

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:read");
  const { platformKey, severity } = ladderOf(params);
  const page = await ladderPage(context.deps, platformKey, severity);
  if (!page) throw data({ reason: "not_found" }, { status: 404 });
  return { page, mayEdit: may(actor, "policy:edit"), now: context.deps.clock().toISO() };
}

interface LadderAnswer {
  preview: LadderPreview | null;
  result: SubmissionResult<string[]> | null;
  cancelResult: SubmissionResult<string[]> | null;
  refusal: string | null;
}

/** The field a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, string>> = { ladder_unknown_feature: "rungs", ladder_out_of_order: "orderReason", effective_in_past: "effectiveOn", effective_too_far: "effectiveOn" };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:edit");
  const { deps } = context;
  const of = ladderOf(params);
  const here = `/settings/ladders/${of.platformKey}/${of.severity}`;
  const form = await readForm(request);
  form.set("platformKey", of.platformKey);
  form.set("severity", of.severity);
  const answer = (status: number, over: Partial<LadderAnswer>) => data<LadderAnswer>({ preview: null, result: null, cancelResult: null, refusal: null, ...over }, { status });
  if (form.get("intent") === "cancel") {
    const submission = parseWithZod(form, { schema: cancelLadderSchema });
    if (submission.status !== "success") return answer(422, { cancelResult: submission.reply() });
    const cancelled = await cancelLadder(deps, actor, submission.value);
    const text = cancelled.ok ? `Version ${submission.value.version} is called off.` : refusalText(cancelled.reason).sentence;
    return redirectWithFlash(here, { tone: cancelled.ok ? "ok" : "danger", text });
  }
  const draft = parseWithZod(form, { schema: ladderDraftSchema });
  if (draft.status !== "success") return answer(422, { result: draft.reply() });
  const previewed = await previewLadder(deps, draft.value);
  const told = (reason: string, preview: LadderPreview | null) => {
    const { status, sentence } = refusalText(reason);
    const field = fieldOf[reason];
    return answer(status, field ? { preview, result: draft.reply({ fieldErrors: { [field]: [sentence] } }) } : { preview, result: draft.reply(), refusal: sentence });
  };
  if (!previewed.ok) return told(previewed.reason, null);
  const { preview } = previewed;
  if (form.get("intent") !== "save") return answer(200, { preview, result: { ...draft.reply(), error: undefined } });
  if (form.get("previewed") !== draftKey(draft.value)) return answer(409, { preview, result: draft.reply(), refusal: "The ladder was changed after its preview. Look at this one, then save it." });
  const submission = parseWithZod(form, { schema: saveLadderSchema });
  if (submission.status !== "success") return answer(422, { preview, result: submission.reply() });
  const saved = await saveLadder(deps, actor, submission.value);
  if (!saved.ok) return told(saved.reason, preview);
  return redirectWithFlash(here, { tone: "ok", text: saved.atOnce ? `Version ${saved.version} is in force now.` : `Version ${saved.version} is saved and waits for its day.` });
}

export default function LadderRoute() {
  const { page, mayEdit, now } = useLoaderData<typeof loader>();
  const answer = useActionData<LadderAnswer>();
  const { platform, severity, current, scheduled, history } = page;
  return (
    <div className="grid gap-4">
      <p className="text-sm">
        <TextLink to={`/settings/ladders?platform=${platform.key}`}>{`All ladders of ${platform.name}`}</TextLink>
      </p>
      {answer?.refusal ? (
        <Callout tone="danger" role="alert" title={answer.refusal}>
          <p className="text-sm">The newest state of the ladder is shown here. What you entered is kept below.</p>
        </Callout>
      ) : null}
      <Panel title={`${severity.replace(/^./, (first) => first.toUpperCase())} severity on ${platform.name}`} id="in-force">
        {current ? (
          <div className="grid gap-3">
            <LadderSteps label="In force now" rungs={current.rungs} firstRung={current.firstRung} />
            <p className="text-sm text-muted">
              Version {current.version}. A strike weighs {current.strikeWeight} and expires after {current.strikeExpiryDays} days.
            </p>
          </div>
        ) : (
          <p className="text-sm text-muted">No version is in force, so nothing of this severity can be decided yet.</p>
        )}
      </Panel>
      {scheduled ? (
        <Panel title={`Version ${scheduled.version} waits for its day`} id="scheduled">
          <div className="grid gap-3">
            <LadderSteps label={`Version ${scheduled.version}, scheduled`} rungs={scheduled.rungs} firstRung={scheduled.firstRung} />
            {mayEdit ? <CancelForm version={scheduled.version} lastResult={answer?.cancelResult ?? null} /> : null}
          </div>
        </Panel>
      ) : null}
      {mayEdit && !scheduled ? (
        <Panel title={`Edit: version ${page.basedOn + 1}`} id="edit">
          <LadderEditor key={page.basedOn} page={page} preview={answer?.preview ?? null} lastResult={answer?.result} />
        </Panel>
      ) : null}
      <LadderHistory history={history} zone={platform.zone} now={now} />
    </div>
  );
}

function CancelForm({ version, lastResult }: { version: number; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({ id: "cancel-ladder", lastResult, onValidate: ({ formData }) => parseWithZod(formData, { schema: cancelLadderSchema.pick({ version: true, reason: true }) }) as never });
  return (
    <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid max-w-xl gap-3">
      <ErrorSummary title="The version was not called off" entries={summaryOf(form, { reason: fields.reason! })} />
      <input type="hidden" name="version" value={version} />
      <TextareaField label="Why it is called off" rows={2} {...fieldProps(fields.reason!)} required />
      <Button type="submit" name="intent" value="cancel" className="justify-self-start">
        {`Call off version ${version}`}
      </Button>
    </Form>
  );
}

import type { SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Callout } from "~/components/flash";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { relativeTime } from "~/components/time-format";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { usePreferences } from "~/infra/http/use-preferences";
import { requireStaff } from "~/modules/access/require-staff.server";
import { composerOf } from "~/modules/enforcement/composer.queries.server";
import { decideCaseSchema } from "~/modules/enforcement/decide-case.schema";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { DecisionComposer, type PreviewAnswer } from "~/modules/enforcement/decision-composer";
import { fieldOfRefusal, fieldsOfRefusal, problemsBeside } from "~/modules/enforcement/decision-refusals";
import { firstPreview, previewForm } from "~/modules/enforcement/preview-form.server";

export const meta: MetaFunction = ({ params }) => [{ title: `Decide ${params.reference} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "decision:propose");
  const composer = await composerOf(context.deps, params.reference!, actor.id);
  return { composer, answer: composer ? await firstPreview(context.deps, actor, composer) : { preview: null, problem: null, leaks: [], problems: {} } };
}

interface DecideAnswer extends PreviewAnswer {
  lastResult: SubmissionResult<string[]>;
  refusal: string | null;
  changes: { who: string; what: string }[];
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "decision:propose");
  const form = await readForm(request);
  const submission = parseWithZod(form, { schema: decideCaseSchema });
  const answer = await previewForm(context.deps, actor, form);
  const reply = (status: number, over: Partial<DecideAnswer> = {}) => data<DecideAnswer>({ ...answer, lastResult: submission.reply(), refusal: null, changes: [], ...over }, { status });
  if (form.get("intent") === "preview") return reply(200, { lastResult: { ...submission.reply(), error: undefined } });
  if (submission.status !== "success") {
    if (submission.status !== "error") return reply(200);
    return reply(422, { lastResult: submission.reply({ fieldErrors: problemsBeside(submission.error ?? {}, answer.problems) }) });
  }
  const decided = await decideCase(context.deps, actor, submission.value);
  if (decided.ok) {
    const begins = decided.startsAt ? `. It takes effect ${relativeTime(decided.startsAt.toISO() ?? "", context.deps.clock().toISO())}.` : " and takes effect now.";
    const text = decided.state === "in_effect" ? `${decided.reference} is decided${begins}` : `${decided.reference} is proposed. A second person has to agree within 72 hours.`;
    return redirectWithFlash(`/cases/${encodeURIComponent(params.reference!)}`, { tone: "ok", text });
  }
  const { status, sentence } = refusalText(decided.reason);
  const { field, text, changes } = fieldOfRefusal(decided, sentence);
  const fieldErrors = { ...answer.problems, ...fieldsOfRefusal(decided, (reason) => refusalText(reason).sentence) };
  return reply(status, { changes, refusal: field ? null : text, ...(Object.keys(fieldErrors).length > 0 && { lastResult: submission.reply({ fieldErrors }) }) });
}

export default function DecidePage() {
  const { composer, answer } = useLoaderData<typeof loader>();
  const result = useActionData<DecideAnswer>();
  const { shortcuts } = usePreferences();
  if (!composer) {
    return (
      <EmptyState title="There is nothing to decide here">
        The case is not under investigation: claim it first, or see in its timeline how it was decided.
      </EmptyState>
    );
  }
  const back = `/cases/${composer.reference}`;
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader crumbs={[{ label: "Queue", to: "/queue" }, { label: composer.reference, to: back }, { label: "Decide" }]} title={`Decide about ${composer.businessName}`} />
      {result?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4" title={result.refusal}>
          {result.changes.length > 0 ? (
            <>
              <ul className="list-disc pl-5 text-sm">
                {result.changes.map((change: { who: string; what: string }, index: number) => (
                  <li key={index}>
                    {change.who} {change.what}
                  </li>
                ))}
              </ul>
              <p className="mt-1 text-sm">
                What you wrote is kept below. <TextLink to={back}>Look at the case</TextLink>, then send it again: it is now made from the newest state.
              </p>
            </>
          ) : null}
        </Callout>
      ) : null}
      <Panel title="Decision" id="decision">
        <DecisionComposer composer={composer} answer={result ? { preview: result.preview, problem: result.problem, leaks: result.leaks, problems: result.problems } : answer} lastResult={result?.lastResult} shortcuts={shortcuts} />
      </Panel>
    </div>
  );
}

import type { SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { interimOf } from "~/modules/enforcement/action.queries.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { leaksSaid } from "~/modules/enforcement/decision-refusals";
import { InterimForm } from "~/modules/enforcement/interim-form";
import { interimMeasureSchema } from "~/modules/enforcement/interim-measure.schema";

export const meta: MetaFunction = ({ params }) => [{ title: `Interim measure ${params.reference} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  await requireStaff(request, context, "case:work");
  return { interim: await interimOf(context.deps, params.reference!) };
}

interface Answer {
  lastResult: SubmissionResult<string[]>;
  refusal: string | null;
}

const fieldOf: Readonly<Record<string, string>> = { unknown_feature: "features", interim_too_long: "days", leak: "reason" };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:work");
  const submission = parseWithZod(await request.formData(), { schema: interimMeasureSchema });
  if (submission.status !== "success") return data<Answer>({ lastResult: submission.reply(), refusal: null }, { status: 422 });
  const applied = await applyInterimMeasure(context.deps, actor, submission.value);
  if (applied.ok) return redirectWithFlash(`/cases/${encodeURIComponent(params.reference!)}`, { tone: "ok", text: `${applied.reference} holds from now on, and the account holder is told.` });
  const { status, sentence } = refusalText(applied.reason);
  const field = fieldOf[applied.reason];
  const text = leaksSaid(applied, sentence);
  return data<Answer>(field ? { lastResult: submission.reply({ fieldErrors: { [field]: [text] } }), refusal: null } : { lastResult: submission.reply(), refusal: text }, { status });
}

export default function InterimPage() {
  const { interim } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  if (!interim) return <EmptyState title="This case is not open">A measure for the time of an investigation needs one. See in the timeline how the case was decided.</EmptyState>;
  return (
    <div className="mx-auto max-w-2xl">
      <PageHeader
        crumbs={[{ label: "Queue", to: "/queue" }, { label: interim.reference, to: `/cases/${interim.reference}` }, { label: "Interim measure" }]}
        title={`Hold back ${interim.businessName} for now`}
        lead="It works at once and ends by itself. The decision takes its place, or lifts it."
      />
      {answer?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {answer.refusal}
        </Callout>
      ) : null}
      <Panel>
        <InterimForm interim={interim} lastResult={answer?.lastResult} />
      </Panel>
    </div>
  );
}

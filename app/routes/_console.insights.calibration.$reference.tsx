import { useForm, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { TextareaField } from "~/components/inputs";
import { PlainLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { loadBlindSample, type BlindSample } from "~/modules/calibration/blind-sample.queries.server";
import { reviewSampleSchema } from "~/modules/calibration/calibration.schema";
import { DeletedFile } from "~/modules/cases/deleted-file";
import { reviewSample } from "~/modules/calibration/review-sample.server";

export const meta: MetaFunction = () => [{ title: "A second look · Trust and safety" }];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "calibration:review");
  const sample = await loadBlindSample(context.deps, actor, params.reference ?? "");
  if (!sample) throw data({ sentence: "This sample is not yours to look at: it was reviewed or given to somebody else, its decision was taken back, or you saw what was decided. Take the next one." }, { status: 404 });
  return sample;
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "calibration:review");
  const form = await readForm(request);
  form.set("reference", params.reference ?? "");
  const submission = parseWithZod(form, { schema: reviewSampleSchema });
  if (submission.status !== "success") return data(submission.reply(), { status: 422 });
  const reviewed = await reviewSample(context.deps, actor, submission.value);
  if (reviewed.ok) return redirectWithFlash("/insights/calibration", { tone: "ok", text: "Your look is recorded. Take the next sample when you like." });
  const { status, sentence } = refusalText(reviewed.reason);
  return data(submission.reply({ formErrors: [sentence] }), { status });
}

export default function SecondLook() {
  const sample = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Calibration", to: "/insights/calibration" }, { label: sample.reference }]}
        title="A second look"
        lead={`A case on ${sample.platform}. Decide it as if it were new. You do not see what was decided; opening the case or the account would give the sample to somebody else.`}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Evidence sample={sample} />
        <LookForm sample={sample} result={(answer as SubmissionResult<string[]> | undefined) ?? null} />
      </div>
    </>
  );
}

function Evidence({ sample }: { sample: BlindSample }) {
  const time = { now: sample.now, zone: sample.zone };
  return (
    <div className="grid gap-4">
      <Panel title={`Reports (${sample.reports.length})`}>
        {sample.reports.length === 0 ? <p className="text-sm text-muted">Nobody reported this.</p> : null}
        <ol className="grid gap-4 text-sm">
          {sample.reports.map((report, index) => (
            <li key={index} className="grid gap-1">
              <p className="text-muted">
                By {report.channel}, <Time at={report.receivedAt} {...time} />
                {report.clause ? `, named ${report.clause}` : null}
              </p>
              <blockquote className="border-l-4 border-edge pl-3 whitespace-pre-wrap wrap-anywhere">{report.description}</blockquote>
              {report.messageText ? <blockquote className="ml-4 border-l-4 border-edge pl-3 whitespace-pre-wrap wrap-anywhere">{report.messageText}</blockquote> : null}
              {report.files.map((file) => (file.deletedAt ? <DeletedFile key={file.id} file={{ deletedAt: file.deletedAt }} zone={sample.zone} /> : (
                <p key={file.id} className="wrap-anywhere">
                  {file.hasRendition ? <PlainLink href={`/files/${file.id}?view=rendition`}>{file.fileName}</PlainLink> : <span>{file.fileName} (no safe copy to show)</span>}
                </p>
              )))}
            </li>
          ))}
        </ol>
      </Panel>
      <Panel title={`Signals (${sample.signals.length})`}>
        {sample.signals.length === 0 ? <p className="text-sm text-muted">No machine finding.</p> : null}
        {sample.signals.map((signal, index) => (
          <Facts
            key={index}
            facts={[
              { name: "Rule", value: `${signal.rule.replaceAll("_", " ")} (${signal.clause})` },
              { name: "Observed", value: `${signal.observed.toLocaleString("en-US")}, threshold ${signal.threshold.toLocaleString("en-US")}` },
              { name: "Measured", value: signal.measures.join(", ") },
            ]}
          />
        ))}
      </Panel>
      <Panel title="The record before">
        <p className="text-sm">
          {sample.strikes.length === 0 ? "No strike counted when it was decided." : `Strikes that counted: ${sample.strikes.map(({ weight, clause }) => `weight ${weight} for ${clause}`).join(", ")}.`}
        </p>
        <details className="mt-3 text-sm">
          <summary className="w-fit cursor-pointer text-accent underline underline-offset-2">The ladders of that day</summary>
          {sample.ladders.map(({ severity, rungs }) => (
            <div key={severity} className="mt-2">
              <h3 className="font-medium first-letter:uppercase">{severity} severity</h3>
              <ol className="list-decimal pl-5">
                {rungs.map((rung, index) => (
                  <li key={index}>{rung}</li>
                ))}
              </ol>
            </div>
          ))}
        </details>
      </Panel>
    </div>
  );
}

type LookFields = { outcome: string; clauseIds: string[]; rung: string; rationale: string };
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : typeof value === "string" ? [value] : []);

function LookForm({ sample, result }: { sample: BlindSample; result: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm<LookFields>({ id: "look", lastResult: result ?? undefined });
  const shown = [fields.outcome, fields.clauseIds, fields.rung, fields.rationale];
  return (
    <Panel title="What you find">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <ErrorSummary title="Not recorded yet" entries={[{ id: null, errors: form.errors ?? [] }, ...shown.map(({ id, errors }) => ({ id, errors: errors ?? [] }))]} />
        <RadioGroup
          id={fields.outcome.id}
          name={fields.outcome.name}
          label="Outcome"
          required
          errors={fields.outcome.errors}
          defaultValue={strings(fields.outcome.initialValue)[0]}
          options={[
            { value: "violation", label: "Violation" },
            { value: "no_violation", label: "No violation" },
          ]}
        />
        <fieldset id={fields.clauseIds.id} tabIndex={-1} className="grid gap-2">
          <legend className="mb-1 font-medium">Clauses, for a violation</legend>
          {(fields.clauseIds.errors ?? []).map((error) => (
            <p key={error} className="text-sm text-danger">
              {error}
            </p>
          ))}
          {sample.clauses.map(({ area, clauses }) => (
            <details key={area} className="rounded-md border border-line p-2 text-sm" open={clauses.some(({ clauseId }) => strings(fields.clauseIds.initialValue).includes(clauseId))}>
              <summary className="cursor-pointer first-letter:uppercase">{area}</summary>
              <CheckboxGroup
                id={`clauses-${area.replaceAll(/\W/g, "-")}`}
                name={fields.clauseIds.name}
                label={area}
                hideLabel
                required
                defaultValue={strings(fields.clauseIds.initialValue)}
                options={clauses.map(({ clauseId, code, title, severity }) => ({ value: clauseId, label: `${code} ${title}`, hint: `${severity} severity` }))}
              />
            </details>
          ))}
        </fieldset>
        <RadioGroup
          id={fields.rung.id}
          name={fields.rung.name}
          label="Rung, for a violation"
          hint="On the ladder of the gravest clause you choose."
          required
          errors={fields.rung.errors}
          defaultValue={strings(fields.rung.initialValue)[0]}
          options={[1, 2, 3, 4, 5].map((rung) => ({ value: String(rung), label: `Rung ${rung}` }))}
        />
        <TextareaField label="Why" hint="For the talk about where the looks differ. The account holder does not read it." rows={4} {...fieldProps(fields.rationale)} required />
        <Button type="submit" variant="primary" className="justify-self-start">
          Record what I find
        </Button>
      </Form>
    </Panel>
  );
}

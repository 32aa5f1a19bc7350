import { useForm, type SubmissionResult } from "@conform-to/react";
import { Form, useNavigation } from "@remix-run/react";
import { Gavel, Eye } from "lucide-react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import type { AppealPage } from "./appeal-page.queries.server";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { RulingPreview } from "./preview-ruling.server";
import { inadmissibleReasonNames, inadmissibleReasons } from "./rule-on-appeal.schema";

export interface RulingAnswer {
  result: SubmissionResult<string[]>;
  preview: RulingPreview | null;
  /** Names what was previewed: a form changed since is previewed again before it rules. */
  previewed: string | null;
  /** What in the grounds could identify a reporter. */
  leaks: Finding[];
}

type RulingFields = {
  appealId: string;
  version: string;
  ruling: string;
  grounds: string;
  inadmissibleReason: string;
  measure: { kind: string; features: string[]; days: string };
};

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : typeof value === "string" ? [value] : []);

/** Preview first, then rule. Every part works without JavaScript. */
export function RulingForm({ page, answer }: { page: AppealPage; answer: RulingAnswer | null }) {
  const { appeal, action } = page;
  const busy = useNavigation().formMethod === "POST";
  const [form, fields] = useForm<RulingFields>({ id: "ruling", lastResult: answer?.result as SubmissionResult<string[]> | undefined });
  const measure = fields.measure.getFieldset();
  const canModify = action.state !== "reversed" && action.kind !== "warning" && action.kind !== "law_enforcement_referral";
  const hasEnded = action.state !== "active";
  const first = { feature_restriction: 1, suspension: 2, termination: 3 }[action.kind as "suspension"] ?? 0;
  const milder = [
    ...(action.interim ? [] : [{ value: "warning", label: "Warning" }]),
    ...(first >= 1 ? [{ value: "feature_restriction", label: "Feature restriction" }] : []),
    ...(first >= 2 ? [{ value: "suspension", label: "Suspension" }] : []),
  ];
  const ask = { ruling: fields.ruling, measureKind: measure.kind, measureFeatures: measure.features, measureDays: measure.days, inadmissibleReason: fields.inadmissibleReason, grounds: fields.grounds };
  return (
    <Panel title="Your ruling" id="your-ruling">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="group/ruling grid gap-5">
        <ErrorSummary
          title="Not ruled yet"
          entries={[{ id: null, errors: form.errors ?? [] }, ...Object.values(ask).map(({ id, errors }) => ({ id, errors: errors ?? [] }))]}
        />
        <input type="hidden" name="appealId" value={appeal.id} />
        <input type="hidden" name="version" value={appeal.version} />
        {answer?.previewed ? <input type="hidden" name="previewed" value={answer.previewed} /> : null}
        <RadioGroup
          id={fields.ruling.id}
          name={fields.ruling.name}
          label="The decision is"
          required
          errors={fields.ruling.errors}
          defaultValue={strings(fields.ruling.initialValue)[0]}
          options={[
            { value: "upheld", label: "Upheld", hint: "It stands. Measure and strikes stay as they are." },
            { value: "modified", label: "Modified", hint: modifiedHint(action, canModify, hasEnded), disabled: !canModify },
            { value: "overturned", label: "Overturned", hint: "It is taken back: lifted at the gate at once, strikes void, later decisions that counted them up for review." },
            { value: "inadmissible", label: "Inadmissible", hint: "It cannot be heard on its merits. Measure and strikes stay as they are." },
          ]}
        />
        <div className="hidden gap-5 group-has-[#ruling-ruling-2:checked]/ruling:grid group-has-[#ruling-ruling-4:checked]/ruling:grid">
          {canModify ? (
            <fieldset className="hidden content-start gap-3 rounded-md border border-line p-4 group-has-[#ruling-ruling-2:checked]/ruling:grid">
              <legend className="px-1 text-sm font-medium">The milder measure</legend>
              <SelectField label="Measure" options={milder} placeholder="Choose" {...fieldProps(measure.kind)} required />
              {first >= 1 ? (
                <CheckboxGroup
                  id={measure.features.id}
                  name={measure.features.name}
                  label="Features, for a restriction"
                  errors={measure.features.errors}
                  defaultValue={strings(measure.features.initialValue)}
                  options={page.features
                    .filter(({ code }) => action.kind !== "feature_restriction" || action.featureCodes.includes(code))
                    .map(({ code, name }) => ({ value: code, label: name }))}
                  required
                />
              ) : null}
              <InputField label="Days, counted from its start" type="number" inputMode="numeric" min={1} {...fieldProps(measure.days)} required />
            </fieldset>
          ) : null}
          <fieldset className="hidden content-start gap-3 rounded-md border border-line p-4 group-has-[#ruling-ruling-4:checked]/ruling:grid">
            <legend className="px-1 text-sm font-medium">Why it is inadmissible</legend>
            <SelectField
              label="Reason"
              placeholder="Choose"
              options={inadmissibleReasons.map((reason) => ({ value: reason, label: inadmissibleReasonNames[reason], disabled: reason === "late" && !appeal.late }))}
              {...fieldProps(fields.inadmissibleReason)}
              required
            />
          </fieldset>
        </div>
        <LeakFindings findings={answer?.leaks ?? []} />
        <TextareaField
          label="Grounds"
          hint="The account holder reads exactly these words. Never write what could identify a reporter."
          rows={6}
          {...fieldProps(fields.grounds)}
          required
        />
        {answer?.preview ? <PreviewOfRuling preview={answer.preview} page={page} /> : null}
        {answer?.preview ? null : <p className="text-sm text-muted">The button that rules appears after the preview. Previewing sends and changes nothing.</p>}
        <div className="flex flex-wrap gap-3">
          <Button type="submit" name="intent" value="preview" variant={answer?.preview ? "secondary" : "primary"} icon={<Eye aria-hidden="true" className="size-4" />} pending={busy}>
            {answer?.preview ? "Preview again" : "Preview what this does"}
          </Button>
          {answer?.preview ? (
            <Button type="submit" name="intent" value="rule" variant="primary" icon={<Gavel aria-hidden="true" className="size-4" />} pending={busy}>
              Rule and send
            </Button>
          ) : null}
        </div>
      </Form>
    </Panel>
  );
}

function modifiedHint({ interim }: AppealPage["action"], canModify: boolean, hasEnded: boolean): string {
  if (!canModify) return "Not possible: there is nothing milder to put in its place.";
  const strikes = interim ? "" : " The strikes are void.";
  return hasEnded ? `It has ended. A milder measure takes its place on the record, from the same start.${strikes}` : `A milder measure takes its place, from the same start. If its time is over by now, it ends at once.${strikes}`;
}

function PreviewOfRuling({ preview, page }: { preview: RulingPreview; page: AppealPage }) {
  const names = new Map(page.features.map(({ code, name }) => [code, name]));
  const changes = preview.gate.filter(({ before, after }) => before !== after);
  return (
    <section aria-labelledby="preview-title" className="grid gap-3 rounded-md border-2 border-accent p-4">
      <h3 id="preview-title" className="font-semibold">
        What this does
      </h3>
      <ul className="list-disc pl-5 text-sm">
        <li>
          {changes.length === 0
            ? "Nothing changes at the gate."
            : `At the gate, from the moment you rule: ${changes.map(({ feature, after }) => `${names.get(feature) ?? feature} ${after ? "opens" : "closes"}`).join(", ")}.`}
        </li>
        <li>{preview.strikesVoided === 0 ? "No strike is voided." : `${preview.strikesVoided} ${preview.strikesVoided === 1 ? "strike is" : "strikes are"} voided.`}</li>
        {preview.decisionsForReview > 0 ? <li>{preview.decisionsForReview} later decisions counted them and are put up for review.</li> : null}
        <li>
          {preview.messages.length === 0 ? "No message goes out: there is no address." : `${preview.messages.length} ${preview.messages.length === 1 ? "message goes" : "messages go"} out, exactly these:`}
        </li>
      </ul>
      {preview.messages.map((message, index) => (
        <details key={index} open={index === 0}>
          <summary className="cursor-pointer text-sm">
            <span className="font-medium">{message.audience === "account_holder" ? "To the account holder" : "To a reporter"}</span> {message.to}: {message.subject}
          </summary>
          <article className="mt-2 rounded-md border border-line bg-sunken p-3 text-sm whitespace-pre-wrap wrap-anywhere">{message.text}</article>
        </details>
      ))}
    </section>
  );
}

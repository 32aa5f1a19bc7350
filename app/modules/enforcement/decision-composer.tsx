import { getFormProps, useForm, type Submission, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { Form, useFetcher, useNavigation } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import { Button } from "~/components/button";
import { CheckboxField, CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { useShortcuts } from "~/components/use-shortcuts";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import { decidePath, type ComposerData, type ComposerFields } from "./composer";
import { decideCaseSchema } from "./decide-case.schema";
import type { DecisionPreview } from "./decision-preview";
import { DecisionPreviewPanel } from "./decision-preview-panel";
import { problemsBeside, type FieldProblems } from "./decision-refusals";
import { FindingFields } from "./finding-fields";
import { rungNumbers, shortestJustification } from "./ladder";
import { ReturnedNote } from "./returned-note";
import { RungChoice } from "./rung-choice";

/** What the decide page answers a preview with. */
export interface PreviewAnswer {
  preview: DecisionPreview | null;
  /** Why there is none, in a sentence. */
  problem: string | null;
  /** What in the facts could identify a reporter. */
  leaks: Finding[];
  /** What stands against deciding it so, beyond what the form itself asks for, by field. */
  problems: FieldProblems;
}

/**
 * Findings, rung, words and the preview of every message, in one form that works without a script. With one, the
 * preview follows what is typed, 1 to 5 pick a rung and ⌘Enter (Ctrl+Enter) decides.
 */
export function DecisionComposer({
  composer,
  answer,
  lastResult,
  shortcuts,
}: {
  composer: ComposerData;
  answer: PreviewAnswer;
  lastResult?: SubmissionResult<string[]> | null;
  shortcuts: boolean;
}) {
  const action = decidePath(composer.reference);
  const latest = useRef<FieldProblems>(answer.problems);
  const [form, fields] = useForm<ComposerFields, ComposerFields, string[]>({
    id: "decide",
    lastResult,
    defaultValue: composer.defaults,
    onValidate: ({ formData }) => withProblems(parseWithZod(formData, { schema: decideCaseSchema }), latest.current) as never,
  });
  const { preview, problem, leaks, problems, refresh, working } = useLivePreview(action, answer);
  useEffect(() => {
    latest.current = problems;
  }, [problems]);
  const busy = useNavigation().formAction === action;
  useShortcuts(
    {
      ...Object.fromEntries(rungNumbers.map((rung) => [String(rung), () => document.getElementById(`${fields.rung.id}-${rung}`)?.click()])),
      "Mod+Enter": () => document.getElementById("do-decide")?.click(),
    },
    shortcuts,
  );
  if (composer.pending) {
    return (
      <Callout tone="warn" title="A proposal waits for a second person">
        <TextLink to={`/approvals/${composer.pending.decisionId}`}>{composer.pending.reference}</TextLink> has to be answered or taken back before anything else is decided.
      </Callout>
    );
  }
  const plan = preview?.plan ?? null;
  const severity = plan?.recommendation.severity ?? composer.severityOf[composer.defaults.findings[0]?.clauseId ?? ""] ?? "medium";
  const deviates = plan !== null && plan.deviation !== "none";
  return (
    <Form {...getFormProps(form)} method="post" action={action} onChange={refresh} className="group/decide grid gap-5">
      {composer.returned ? <ReturnedNote {...composer.returned} /> : null}
      <ErrorSummary entries={Object.entries(form.allErrors).map(([name, errors]) => ({ id: name ? `${form.id}-${name}` : null, errors }))} />
      <input type="hidden" name="caseId" value={composer.defaults.caseId} />
      <input type="hidden" name="version" value={composer.defaults.version} />
      <input type="hidden" name="idempotencyKey" value={composer.defaults.idempotencyKey} />
      <RadioGroup
        label="What did you find?"
        id={fields.outcome.id}
        name={fields.outcome.name}
        required
        defaultValue={fields.outcome.initialValue ?? "violation"}
        options={[
          { value: "violation", label: "A violation" },
          { value: "no_violation", label: "No violation" },
        ]}
      />

      <div className="grid gap-5 group-has-[#decide-outcome-1:checked]/decide:hidden">
        <RadioGroup
          label="What reporters are told"
          {...fieldProps(fields.finding)}
          required
          defaultValue={fields.finding.initialValue ?? "no_violation"}
          options={[
            { value: "no_violation", label: "We found no breach" },
            { value: "insufficient_evidence", label: "We could not tell from what we have" },
          ]}
        />
      </div>

      <div className="grid gap-5 group-has-[#decide-outcome-2:checked]/decide:hidden">
        <FindingFields
          field={fields.findings}
          clauses={composer.clauses}
          today={composer.today}
          add={form.insert.getButtonProps({ name: fields.findings.name, defaultValue: { clauseId: "", conductOn: composer.defaults.findings[0]?.conductOn ?? "", note: "" } })}
          remove={(index) => form.remove.getButtonProps({ name: fields.findings.name, index })}
        />
        <RungChoice id={fields.rung.id} name={fields.rung.name} plan={plan} rungs={composer.ladders[severity] ?? []} chosen={fields.rung.initialValue ?? ""} shortcuts={shortcuts} />
        <details className="grid gap-3" open={Boolean(fields.days.initialValue || fields.startsAt.initialValue || fields.startsAt.errors || fields.features.initialValue?.length)}>
          <summary className="w-fit text-sm underline underline-offset-2">Change how long, which features, or when it starts</summary>
          <div className="mt-3 grid gap-3">
            <InputField label="Days" type="number" min={1} max={3650} hint="Left empty: as the ladder says." {...fieldProps(fields.days)} />
            <CheckboxGroup
              label="Features"
              hint="For a restriction. None picked: as the ladder says."
              id={fields.features.id}
              name={fields.features.name}
              defaultValue={asList(fields.features.initialValue)}
              options={composer.features.map(({ code, name }) => ({ value: code, label: name }))}
            />
            <InputField
              label={`Takes effect (${composer.zone})`}
              type="datetime-local"
              min={composer.localNow}
              hint="Left empty: at once. The account holder is told today in any case."
              {...fieldProps(fields.startsAt)}
            />
          </div>
        </details>
        <TextareaField
          label="Why you leave the ladder"
          hint={deviates ? `You do: at least ${shortestJustification} characters, kept in the audit trail.` : "Only when you pick another rung, other days or other features."}
          rows={deviates ? 3 : 1}
          {...fieldProps(fields.justification)}
          required={deviates}
        />
        <details open={fields.lawEnforcementReferral.initialValue === "on"}>
          <summary className="w-fit text-sm underline underline-offset-2">Refer to law enforcement</summary>
          <div className="mt-3 grid gap-3">
            <CheckboxField label="Report this to law enforcement" hint="A second person has to agree." id={fields.lawEnforcementReferral.id} name={fields.lawEnforcementReferral.name} defaultChecked={fields.lawEnforcementReferral.initialValue === "on"} />
            <CheckboxField label="Do not tip off the account holder" hint="No statement of reasons is sent." id={fields.noTipOff.id} name={fields.noTipOff.name} errors={fields.noTipOff.errors} defaultChecked={fields.noTipOff.initialValue === "on"} />
          </div>
        </details>
        <LeakFindings findings={leaks} />
        <TextareaField label="Facts, for the account holder" hint="What happened, when, how often. Nothing that tells who reported it." rows={4} {...fieldProps(fields.facts)} required />
      </div>

      <details>
        <summary className="w-fit text-sm underline underline-offset-2">Evidence it rests on ({composer.evidence.length})</summary>
        <div className="mt-3">
          <CheckboxGroup label="Evidence" hideLabel id={fields.evidence.id} name={fields.evidence.name} errors={fields.evidence.errors} defaultValue={asList(fields.evidence.initialValue)} options={composer.evidence} />
        </div>
      </details>
      <TextareaField label="Rationale, for the file" hint="Never sent to anybody." rows={3} {...fieldProps(fields.rationale)} required />

      <section aria-label="Preview" aria-busy={working} className="grid gap-3 border-t border-line pt-4">
        <h3 className="font-semibold">Before you decide</h3>
        {problem ? <Callout tone="info">{problem}</Callout> : null}
        {preview ? <DecisionPreviewPanel preview={preview} zone={composer.zone} /> : null}
      </section>

      <div className="flex flex-wrap gap-2">
        <Button id="do-decide" type="submit" name="intent" value="decide" formNoValidate variant="primary" keys={shortcuts ? "Mod+Enter" : undefined} shortcut="Meta+Enter Control+Enter" pending={busy} disabled={busy}>
          {plan?.needsApproval ? "Propose" : "Decide"}
        </Button>
        <Button type="submit" name="intent" value="preview" formNoValidate>
          Preview
        </Button>
      </div>
    </Form>
  );
}

/** What keeps the form from being sent is said together with what the last preview found: all of it is put right in one go. */
function withProblems(found: Submission<unknown>, problems: FieldProblems): Submission<unknown> {
  if (found.status !== "error") return found;
  const fieldErrors = problemsBeside(found.error ?? {}, problems);
  return { ...found, error: { ...found.error, ...fieldErrors }, reply: () => found.reply({ fieldErrors }) };
}

const asList = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === "string") : typeof value === "string" ? [value] : []);

/** Asks for a fresh preview a moment after the last change; until the first answer the page's own stands. */
function useLivePreview(action: string, first: PreviewAnswer) {
  const fetcher = useFetcher<PreviewAnswer>();
  const [timer, setTimer] = useState<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => (timer ? clearTimeout(timer) : undefined), [timer]);
  const refresh = (event: React.FormEvent<HTMLFormElement>) => {
    const changed = event.currentTarget;
    if (timer) clearTimeout(timer);
    setTimer(
      setTimeout(() => {
        const body = new FormData(changed);
        body.set("intent", "preview");
        fetcher.submit(body, { method: "post", action });
      }, 500),
    );
  };
  const { preview, problem, leaks, problems } = fetcher.data ?? first;
  return { preview: preview ?? first.preview, problem, leaks, problems, refresh, working: fetcher.state !== "idle" };
}

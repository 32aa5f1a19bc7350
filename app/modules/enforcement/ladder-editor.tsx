import { getFormProps, useForm, type FieldMetadata, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { rungNumbers } from "./ladder";
import type { LadderDraft } from "./ladder-edit";
import type { LadderPage, LadderPreview } from "./ladders.queries.server";
import { LadderPreviewPanel } from "./ladder-preview-panel";
import { ladderDraftSchema } from "./save-ladder.schema";

/** What the form holds before it is parsed. */
type RungFields = { kind: string; days: string; features: string[] };
type EditorFields = {
  platformKey: string;
  severity: string;
  basedOn: string;
  firstRung: string;
  rungs: RungFields[];
  strikeWeight: string;
  strikeExpiryDays: string;
  effectiveOn: string;
  orderReason: string;
  reason: string;
};

const kinds = [
  { value: "warning", label: "Warning" },
  { value: "feature_restriction", label: "Restriction of features" },
  { value: "suspension", label: "Suspension" },
  { value: "termination", label: "Permanent termination" },
];

const fieldsOf = (start: LadderDraft | null): Pick<EditorFields, "firstRung" | "rungs" | "strikeWeight" | "strikeExpiryDays"> => ({
  firstRung: String(start?.firstRung ?? 1),
  rungs: rungNumbers.map((rung) => {
    const measure = start?.rungs[rung - 1];
    return { kind: measure?.kind ?? "", days: measure && "days" in measure ? String(measure.days) : "", features: measure && "features" in measure ? measure.features : [] };
  }),
  strikeWeight: String(start?.strikeWeight ?? 1),
  strikeExpiryDays: String(start?.strikeExpiryDays ?? 365),
});

/**
 * The next version of one ladder: rungs, strikes, its day and why. It is previewed first, and what is saved is what was
 * previewed. Works without a script.
 */
export function LadderEditor({ page, preview, lastResult }: { page: LadderPage; preview: LadderPreview | null; lastResult?: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm<EditorFields, EditorFields, string[]>({
    id: "ladder",
    lastResult,
    defaultValue: { platformKey: page.platform.key, severity: page.severity, basedOn: String(page.basedOn), ...fieldsOf(page.start), effectiveOn: page.today, orderReason: "", reason: "" },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: ladderDraftSchema }) as never,
  });
  return (
    <Form {...getFormProps(form)} method="post" action="#preview" className="grid gap-6">
      <ErrorSummary title="The ladder was not saved" entries={Object.entries(form.allErrors).map(([name, errors]) => ({ id: name ? `${form.id}-${name}` : null, errors }))} />
      <input type="hidden" name="platformKey" value={page.platform.key} />
      <input type="hidden" name="severity" value={page.severity} />
      <input type="hidden" name="basedOn" value={String(page.basedOn)} />
      <input type="hidden" name="previewed" value={preview?.key ?? ""} />
      <ol className="grid gap-4" aria-label="Rungs">
        {fields.rungs.getFieldList().map((rung, index) => (
          <li key={rung.key}>
            <RungFieldset number={index + 1} rung={rung} features={page.features} />
          </li>
        ))}
      </ol>
      <div className="grid gap-4 sm:grid-cols-3">
        <SelectField label="An account without strikes starts at" options={rungNumbers.map((rung) => ({ value: String(rung), label: rung === 5 ? "Rung 5, the last" : `Rung ${rung}` }))} {...fieldProps(fields.firstRung)} required />
        <InputField label="A strike weighs" type="number" min={1} max={10} hint="Each unit is one rung up." {...fieldProps(fields.strikeWeight)} required />
        <InputField label="A strike expires after (days)" type="number" min={1} max={3650} {...fieldProps(fields.strikeExpiryDays)} required />
      </div>
      <TextareaField label="Why a rung is not stricter than the one below it" hint="Only where one is not: at least 20 characters, kept in the history." rows={2} {...fieldProps(fields.orderReason)} required={false} />
      <div className="grid gap-4 sm:grid-cols-[minmax(0,14rem)_1fr]">
        <InputField label="In force from" type="date" min={page.today} hint={`Today: from the moment it is saved. Days are those of ${page.platform.zone}.`} {...fieldProps(fields.effectiveOn)} required />
        <TextareaField label="Reason" hint="Why the ladder changes. It stays in the history and the audit trail." rows={2} {...fieldProps(fields.reason)} required />
      </div>
      <section id="preview" aria-label="Preview" tabIndex={-1} className="grid gap-3 border-t border-line pt-4">
        <h3 className="font-semibold">Before you save</h3>
        {preview ? <LadderPreviewPanel preview={preview} severity={page.severity} zone={page.platform.zone} /> : <p className="text-sm text-muted">The preview shows what changes and which accounts would fare differently at their next breach.</p>}
      </section>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" name="intent" value="preview" formNoValidate variant={preview ? undefined : "primary"}>
          {preview ? "Preview again" : "Preview"}
        </Button>
        {preview ? (
          <Button type="submit" name="intent" value="save" formNoValidate variant="primary">
            {`Save as version ${preview.version}`}
          </Button>
        ) : null}
      </div>
    </Form>
  );
}

function RungFieldset({ number, rung, features }: { number: number; rung: FieldMetadata<RungFields, EditorFields, string[]>; features: LadderPage["features"] }) {
  const { kind, days, features: named } = rung.getFieldset();
  const chosen = named.initialValue as unknown;
  return (
    <fieldset className="group/rung grid gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-sm font-semibold">Rung {number}</legend>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField label="What it does" options={kinds} placeholder="Choose" {...fieldProps(kind)} required />
        <InputField
          label="For how many days"
          type="number"
          min={1}
          max={3650}
          className="group-has-[option[value=warning]:checked]/rung:hidden group-has-[option[value=termination]:checked]/rung:hidden"
          {...fieldProps(days)}
          required
        />
      </div>
      <CheckboxGroup
        label="Features"
        id={named.id}
        name={named.name}
        errors={named.errors}
        required
        className="sm:grid-cols-3 group-has-[option[value=suspension]:checked]/rung:hidden group-has-[option[value=termination]:checked]/rung:hidden group-has-[option[value=warning]:checked]/rung:hidden"
        options={features.map(({ code, name }) => ({ value: code, label: name }))}
        defaultValue={Array.isArray(chosen) ? chosen.filter((code): code is string => typeof code === "string") : typeof chosen === "string" ? [chosen] : []}
      />
    </fieldset>
  );
}

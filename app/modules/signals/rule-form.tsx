import { Form } from "@remix-run/react";
import type { ReactNode } from "react";
import { Button } from "~/components/button";
import { CheckboxField, CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, TextareaField } from "~/components/inputs";
import { Callout } from "~/components/flash";
import { boundsInWords } from "./rule-book.schema";
import { modeMeanings, modeNames, valueInForm, valueInWords } from "./rule-in-words";
import { interimDayBounds } from "./rule-interim";
import type { NumberParameter, Parameter } from "./rules/parameter";
import { ruleCatalogue, ruleModes } from "./rules/rule-catalogue";
import type { RulePage } from "./rules.queries.server";

/** What was sent, as it comes back: what a person entered and what is wrong with it, by the fields' names. */
export interface FormAnswer {
  values: Readonly<Record<string, string | readonly string[]>>;
  errors: Readonly<Record<string, readonly string[]>>;
  preview: { changes: readonly string[]; begins: string } | null;
}

const first = (value: string | readonly string[] | undefined): string | undefined => (typeof value === "string" ? value : value?.[0]);
const listOf = (value: string | readonly string[] | undefined): string[] => (value === undefined ? [] : typeof value === "string" ? [value] : [...value]);
const idOf = (name: string) => `rule-${name.replaceAll(/[^A-Za-z0-9_-]/g, "-")}`;

/**
 * The next version of one rule. It can be looked at in words before it is saved; works without a script.
 *
 * @param days which days a back-test may judge; null for a rule that none can try
 */
export function RuleForm({ page, answer, days }: { page: RulePage; answer: FormAnswer | null; days: ReactNode }) {
  const errorsOf = (name: string): string[] | undefined => (answer?.errors[name] ? [...answer.errors[name]] : undefined);
  const field = (name: string, start: string) => ({ id: idOf(name), name, errors: errorsOf(name), defaultValue: first(answer?.values[name]) ?? start });
  const parameters = Object.entries(ruleCatalogue[page.rule].parameters as Record<string, Parameter>);
  return (
    <Form method="post" action="#edit" noValidate className="grid max-w-2xl gap-5">
      <ErrorSummary title="The rule was not changed" entries={Object.entries(answer?.errors ?? {}).map(([name, errors]) => ({ id: name ? idOf(name) : null, errors }))} />
      <input type="hidden" name="basedOn" value={page.newest.version} />
      <RadioGroup label="What it does" {...field("mode", page.newest.mode)} options={ruleModes.map((mode) => ({ value: mode, label: modeNames[mode], hint: modeMeanings[mode] }))} required />
      <CheckboxField
        label={`This rule may propose interim measures for ${page.clause}`}
        hint="Needed for the last choice only. It is kept with your name and the clause."
        id={idOf("confirmedClause")}
        name="confirmedClause"
        value={page.clause}
        errors={errorsOf("confirmedClause")}
        defaultChecked={first(answer?.values.confirmedClause) === page.clause}
      />
      <CheckboxGroup
        label="Features to restrict"
        hint="What it proposes in the last mode; of no matter in the others. A whole account is never suspended by a rule."
        id={idOf("interimFeatures")}
        name="interimFeatures"
        errors={errorsOf("interimFeatures")}
        options={page.features.map(({ code, name }) => ({ value: code, label: name }))}
        defaultValue={answer ? listOf(answer.values.interimFeatures) : (page.newest.measure?.features ?? [])}
      />
      <InputField
        label="For how many days"
        inputMode="numeric"
        hint={`From ${interimDayBounds.min} to ${interimDayBounds.max}. Empty: ${page.usualDays}, as the platform’s terms say. It ends by itself.`}
        className="max-w-md"
        {...field("interimDays", page.newest.measure ? String(page.newest.measure.days) : "")}
      />
      {parameters.map(([name, parameter]) => (
        <ParameterField key={name} parameter={parameter} value={page.newest.parameters[name]!} sent={answer?.values[`parameters.${name}`]} again={answer !== null} id={idOf(`parameters.${name}`)} name={`parameters.${name}`} errors={errorsOf(`parameters.${name}`)} />
      ))}
      <InputField label="In force from" type="date" min={page.tomorrow} hint={`Empty: from now on. A day begins at midnight in ${page.platform.zone}. It takes the place of every version that waits for that day or a later one.`} {...field("effectiveOn", "")} />
      <TextareaField label="Reason" rows={2} hint="Why the rule changes. It stays in the history and the audit trail." {...field("reason", "")} required />
      {answer?.preview ? (
        <Callout tone="info" role="status" title="Nothing is saved yet. This is what changes">
          <ul className="list-disc pl-5 text-sm">
            {answer.preview.changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
            {answer.preview.changes.length === 0 ? <li>Nothing is different from version {page.newest.version}.</li> : null}
            <li>{answer.preview.begins}</li>
          </ul>
        </Callout>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" name="intent" value="preview">
          Show what changes
        </Button>
        <Button type="submit" name="intent" value="save" variant="primary">
          {`Save version ${page.newest.version + 1}`}
        </Button>
      </div>
      {days ? (
        <fieldset className="grid gap-3 rounded-md border border-line p-4">
          <legend className="px-1 font-medium">Try it first over stored events</legend>
          <p className="text-sm text-muted">What is entered above is run over the events of these days, beside the rule as it is. Nothing is saved, and nobody hears of it.</p>
          {days}
          <div>
            <Button type="submit" name="intent" value="try">
              Try it
            </Button>
          </div>
        </fieldset>
      ) : null}
    </Form>
  );
}

interface ParameterFieldProps {
  parameter: Parameter;
  value: number | readonly string[];
  sent: string | readonly string[] | undefined;
  /** Whether the form came back: what is not in it then was not ticked. */
  again: boolean;
  id: string;
  name: string;
  errors?: string[];
}

function ParameterField({ parameter, value, sent, again, ...field }: ParameterFieldProps) {
  if (parameter.kind === "choices") {
    const chosen = sent === undefined ? (again ? [] : valueInForm(parameter, value)) : sent;
    return <CheckboxGroup label={parameter.what} {...field} options={parameter.of.map((one) => ({ value: one, label: one.replaceAll("_", " ") }))} defaultValue={typeof chosen === "string" ? [chosen] : chosen} required />;
  }
  return (
    <InputField
      label={unitLabel(parameter)}
      hint={`${boundsInWords(parameter)} The catalogue has ${valueInWords(parameter, parameter.default)}.`}
      {...(parameter.unit === "minute of the day" ? { type: "time" } : { inputMode: parameter.whole ? ("numeric" as const) : ("decimal" as const) })}
      {...field}
      defaultValue={first(sent) ?? (valueInForm(parameter, value) as string)}
      className="max-w-md"
      required
    />
  );
}

const unitLabel = ({ what, unit }: NumberParameter): string => (["minute of the day", "share", "times"].includes(unit) || what.includes(unit) ? what : `${what} (${unit})`);

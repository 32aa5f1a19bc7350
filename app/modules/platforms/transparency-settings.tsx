import { useForm, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { setTransparencySchema, transparencyKey } from "./set-transparency.schema";

interface Settings {
  key: string;
  name: string;
  exports: boolean;
  territory: readonly string[];
}
interface Country {
  code: string;
  name: string;
}

/** What one platform hands to the EU's transparency database, and the form that changes it. */
export function TransparencySettings({ platform, countries, lastResult }: { platform: Settings; countries: readonly Country[]; lastResult: SubmissionResult<string[]> | null }) {
  return (
    <Panel id={platform.key} title={platform.name}>
      <p className="mb-4 text-sm">{inWords(platform, countries)}</p>
      <SettingsForm key={transparencyKey(platform)} platform={platform} countries={countries} lastResult={lastResult} />
    </Panel>
  );
}

function inWords({ exports, territory }: Settings, countries: readonly Country[]): string {
  const names = countries.filter(({ code }) => territory.includes(code)).map(({ name }) => name);
  const told = new Intl.ListFormat("en-US", { type: "conjunction" }).format(names);
  if (!exports) return "Its statements stay here.";
  return names.length === 0 ? "Its statements are handed over, without saying for which countries." : `Its statements are handed over, as measures that apply in ${told}.`;
}

function SettingsForm({ platform, countries, lastResult }: { platform: Settings; countries: readonly Country[]; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({
    id: `transparency-${platform.key}`,
    lastResult,
    defaultValue: { exports: platform.exports ? "on" : "off", territory: [...platform.territory], reason: "" },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: setTransparencySchema }) as never,
  });
  const chosen = fields.territory.initialValue as unknown;
  return (
    <details open={lastResult !== null}>
      <summary className="w-fit cursor-pointer py-1 text-sm font-medium text-accent underline underline-offset-2">{`Change it for ${platform.name}`}</summary>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-4 grid max-w-3xl gap-4">
        <ErrorSummary title="Nothing was changed" entries={summaryOf(form, { exports: fields.exports, territory: fields.territory, reason: fields.reason })} />
        <input type="hidden" name="platformKey" value={platform.key} />
        <input type="hidden" name="seen" value={transparencyKey(platform)} />
        <RadioGroup
          label="Statements of reasons"
          {...fieldProps(fields.exports)}
          required
          options={[
            { value: "on", label: "Hand them to the transparency database", hint: "Each waits under Transparency until somebody exports it; one with personal data is held back." },
            { value: "off", label: "Keep them here" },
          ]}
        />
        <CheckboxGroup
          label="Countries in which its measures apply"
          hint="None chosen: the statements do not say."
          id={fields.territory.id}
          name={fields.territory.name}
          errors={fields.territory.errors}
          options={countries.map(({ code, name }) => ({ value: code, label: name }))}
          defaultValue={Array.isArray(chosen) ? chosen.filter((one): one is string => typeof one === "string") : typeof chosen === "string" ? [chosen] : []}
          className="grid-cols-2 sm:grid-cols-3 [&>:not(div.flex)]:col-span-full"
        />
        <TextareaField label="Reason" rows={2} hint="It stays in the audit trail." {...fieldProps(fields.reason)} required />
        <Button type="submit" variant="primary" className="justify-self-start">
          Save
        </Button>
      </Form>
    </details>
  );
}

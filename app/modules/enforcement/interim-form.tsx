import { useForm, getFormProps, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField, TextareaField } from "~/components/inputs";
import { interimMeasureSchema } from "./interim-measure.schema";

export type InterimFields = { caseId: string; version: string; kind: string; features: string[]; days: string; reason: string };

export interface InterimData {
  caseId: string;
  reference: string;
  businessName: string;
  version: number;
  usualDays: number;
  mostDays: number;
  features: { code: string; name: string }[];
}

export const interimPath = (reference: string): string => `/cases/${encodeURIComponent(reference)}/interim`;

/** Restricts or suspends while the case is looked into; works without a script. */
export function InterimForm({ interim, lastResult }: { interim: InterimData; lastResult?: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm<InterimFields, InterimFields, string[]>({
    id: "interim",
    lastResult,
    defaultValue: { caseId: interim.caseId, version: String(interim.version), kind: "feature_restriction", features: ["marketing_messages"], days: "", reason: "" },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: interimMeasureSchema }) as never,
  });
  const busy = useNavigation().state !== "idle";
  const picked = fields.features.initialValue;
  return (
    <Form {...getFormProps(form)} method="post" action={interimPath(interim.reference)} className="group/interim grid gap-5">
      <ErrorSummary entries={Object.entries(form.allErrors).map(([name, errors]) => ({ id: name ? `${form.id}-${name}` : null, errors }))} />
      <input type="hidden" name="caseId" value={interim.caseId} />
      <input type="hidden" name="version" value={interim.version} />
      <RadioGroup
        label="What should hold for now?"
        id={fields.kind.id}
        name={fields.kind.name}
        required
        defaultValue={fields.kind.initialValue}
        options={[
          { value: "feature_restriction", label: "Some features are closed" },
          { value: "suspension", label: "The whole account is suspended" },
        ]}
      />
      <div className="group-has-[#interim-kind-2:checked]/interim:hidden">
        <CheckboxGroup
          label="Features to close"
          required
          id={fields.features.id}
          name={fields.features.name}
          errors={fields.features.errors}
          defaultValue={Array.isArray(picked) ? picked.filter((one) => typeof one === "string") : typeof picked === "string" ? [picked] : []}
          options={interim.features.map(({ code, name }) => ({ value: code, label: name }))}
        />
      </div>
      <InputField label="Days" type="number" min={1} max={interim.mostDays} hint={`Left empty: ${interim.usualDays}. It ends by itself; at most ${interim.mostDays}.`} {...fieldProps(fields.days)} required={false} />
      <TextareaField label="Why this cannot wait" hint="Sent to the account holder at once. Nothing that tells who reported it." rows={4} {...fieldProps(fields.reason)} required />
      <div>
        <Button type="submit" variant="primary" disabled={busy} formNoValidate>
          Put it in place
        </Button>
      </div>
    </Form>
  );
}

import { useForm, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { fourEyesFloorDays, fourEyesInWords, fourEyesKey, furtherKindNames, furtherKinds, type FourEyes } from "~/modules/platforms/four-eyes";
import { setFourEyesSchema } from "~/modules/platforms/four-eyes.schema";
import { listPlatforms } from "~/modules/platforms/platforms.queries.server";
import { setFourEyes } from "~/modules/platforms/set-four-eyes.server";

const here = "/settings/four-eyes";

export const meta: MetaFunction = () => [{ title: "Four eyes" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const platforms = await listPlatforms(context.deps.db);
  return { platforms: platforms.map(({ key, name, fourEyesSuspensionDays, fourEyesKinds }) => ({ key, name, fourEyesSuspensionDays, fourEyesKinds })) };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const form = await readForm(request);
  const platformKey = String(form.get("platformKey") ?? "");
  const submission = parseWithZod(form, { schema: setFourEyesSchema });
  if (submission.status !== "success") return data({ platformKey, result: submission.reply() }, { status: 422 });
  const set = await setFourEyes(context.deps, actor, submission.value);
  if (set.ok) return redirectWithFlash(here, { tone: "ok", text: "This holds for everything that is decided from now on." });
  const { status, sentence } = refusalText(set.reason);
  return data({ platformKey, result: submission.reply({ formErrors: [sentence] }) }, { status });
}

export default function FourEyesSettings() {
  const { platforms } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  if (platforms.length === 0) return <EmptyState title="There is no platform yet">What takes a second person is set for each platform.</EmptyState>;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">
        A termination, a referral to law enforcement and a suspension over {fourEyesFloorDays} days take a second person everywhere. A platform can ask for one sooner and for more, never for less.
      </p>
      {platforms.map((platform) => (
        <Panel key={platform.key} id={platform.key} title={platform.name}>
          <p className="mb-4 text-sm">A second person is needed for {fourEyesInWords(platform)}.</p>
          <FourEyesForm key={fourEyesKey(platform)} platform={platform} lastResult={answer?.platformKey === platform.key ? answer.result : null} />
        </Panel>
      ))}
    </div>
  );
}

function FourEyesForm({ platform, lastResult }: { platform: FourEyes & { key: string; name: string }; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({
    id: `four-eyes-${platform.key}`,
    lastResult,
    defaultValue: { suspensionDays: String(platform.fourEyesSuspensionDays), kinds: [...platform.fourEyesKinds] as string[], reason: "" },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: setFourEyesSchema }) as never,
  });
  const chosen = fields.kinds.initialValue as unknown;
  return (
    <details open={lastResult !== null}>
      <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">{`Change it for ${platform.name}`}</summary>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-4 grid max-w-xl gap-4">
        <ErrorSummary title="Nothing was changed" entries={summaryOf(form, { suspensionDays: fields.suspensionDays, kinds: fields.kinds, reason: fields.reason })} />
        <input type="hidden" name="platformKey" value={platform.key} />
        <input type="hidden" name="seen" value={fourEyesKey(platform)} />
        <InputField label="Suspensions over so many days" type="number" min={0} max={fourEyesFloorDays} hint={`0 to ${fourEyesFloorDays}. 0: every suspension.`} {...fieldProps(fields.suspensionDays)} required />
        <CheckboxGroup
          label="And also"
          id={fields.kinds.id}
          name={fields.kinds.name}
          errors={fields.kinds.errors}
          options={furtherKinds.map((kind) => ({ value: kind, label: furtherKindNames[kind] }))}
          defaultValue={Array.isArray(chosen) ? chosen.filter((one): one is string => typeof one === "string") : typeof chosen === "string" ? [chosen] : []}
        />
        <TextareaField label="Reason" rows={2} hint="It stays in the audit trail." {...fieldProps(fields.reason)} required />
        <Button type="submit" variant="primary" className="justify-self-start">
          Save
        </Button>
      </Form>
    </details>
  );
}

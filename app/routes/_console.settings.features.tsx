import { useForm, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { CheckboxGroup } from "~/components/choice";
import { Code } from "~/components/code-block";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { retireFeature } from "~/modules/enforcement/retire-feature.server";
import { addFeature, changeFeature } from "~/modules/enforcement/save-feature.server";
import { addFeatureSchema, changeFeatureSchema, retireFeatureSchema } from "~/modules/platforms/feature.schema";
import type { Feature } from "~/modules/platforms/features";
import { listPlatforms } from "~/modules/platforms/platforms.queries.server";

const here = (platformKey: string) => `/settings/features?platform=${encodeURIComponent(platformKey)}`;

export const meta: MetaFunction = () => [{ title: "Features" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "settings:manage");
  const platforms = await listPlatforms(context.deps.db);
  const asked = new URL(request.url).searchParams.get("platform") ?? "customerflows";
  const shown = platforms.find(({ key }) => key === asked) ?? platforms[0];
  return { platforms: platforms.map(({ key, name }) => ({ key, name })), platform: shown ? { key: shown.key, name: shown.name, features: shown.features } : null };
}

interface FeatureAnswer {
  /** The code of the feature the form was about; empty: a new one. */
  form: string;
  result: SubmissionResult<string[]>;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "settings:manage");
  const { deps } = context;
  const form = await readForm(request);
  const intent = form.get("intent");
  if (intent === "retire") {
    const parsed = retireFeatureSchema.safeParse(Object.fromEntries(form));
    const done = parsed.success ? await retireFeature(deps, actor, parsed.data) : { ok: false as const, reason: "feature_unknown" };
    const text = done.ok ? (parsed.data?.retire ? "The feature is retired. Measures in force go on." : "The feature can be named again.") : refusalText(done.reason).sentence;
    return redirectWithFlash(here(parsed.data?.platformKey ?? ""), { tone: done.ok ? "ok" : "danger", text });
  }
  const isNew = intent !== "change";
  const about = isNew ? "" : String(form.get("code") ?? "");
  const submission = parseWithZod(form, { schema: isNew ? addFeatureSchema : changeFeatureSchema });
  if (submission.status !== "success") return data<FeatureAnswer>({ form: about, result: submission.reply() }, { status: 422 });
  const saved = isNew ? await addFeature(deps, actor, submission.value) : await changeFeature(deps, actor, submission.value);
  if (saved.ok) return redirectWithFlash(here(submission.value.platformKey), { tone: "ok", text: isNew ? `${submission.value.name} can be restricted from now on.` : `${submission.value.name} is saved.` });
  const { status, sentence } = refusalText(saved.reason);
  const field = saved.reason === "feature_exists" ? "code" : saved.reason === "platform_unknown" ? "" : "includes";
  return data<FeatureAnswer>({ form: about, result: submission.reply({ fieldErrors: { [field]: [sentence] } }) }, { status });
}

export default function Features() {
  const { platforms, platform } = useLoaderData<typeof loader>();
  const answer = useActionData<FeatureAnswer>();
  if (!platform) return <EmptyState title="There is no platform yet">Features belong to a platform.</EmptyState>;
  return (
    <div className="grid gap-4">
      <p className="text-sm text-muted">What a measure can restrict and the gate answers for. Account holders read the name in their language.</p>
      <TabLinks label="Platforms" tabs={platforms.map(({ key, name }) => ({ to: here(key), label: name, current: key === platform.key }))} />
      <Panel title={`Features of ${platform.name}`} id="features" flush>
        {platform.features.length === 0 ? <EmptyState title="No features yet">Until there is one, measures can only warn, suspend or terminate.</EmptyState> : null}
        <ul className="divide-y divide-line">
          {platform.features.map((feature) => (
            <li key={feature.code} className="grid gap-2 px-4 py-3">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{feature.name}</span>
                <span lang="es" className="text-muted">
                  {feature.nameEs || "—"}
                </span>
                <Code>{feature.code}</Code>
                {feature.retired ? <StatusPill tone="neutral">Retired</StatusPill> : null}
                <Form method="post" className="ml-auto">
                  <input type="hidden" name="platformKey" value={platform.key} />
                  <input type="hidden" name="code" value={feature.code} />
                  <input type="hidden" name="retire" value={feature.retired ? "false" : "true"} />
                  <Button type="submit" name="intent" value="retire" size="sm" variant="quiet" aria-label={`${feature.retired ? "Bring back" : "Retire"} ${feature.name}`}>
                    {feature.retired ? "Bring back" : "Retire"}
                  </Button>
                </Form>
              </div>
              {feature.includes.length > 0 ? <p className="text-sm text-muted">Contains {feature.includes.map((code) => platform.features.find((one) => one.code === code)?.name ?? code).join(", ")}</p> : null}
              <details open={answer?.form === feature.code}>
                <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">{`Change ${feature.name}`}</summary>
                <FeatureForm platformKey={platform.key} feature={feature} others={platform.features.filter((one) => one.code !== feature.code)} lastResult={answer?.form === feature.code ? answer.result : null} />
              </details>
            </li>
          ))}
        </ul>
      </Panel>
      <Panel title="Add a feature" id="add">
        <FeatureForm key={platform.features.length} platformKey={platform.key} feature={null} others={platform.features} lastResult={answer?.form === "" ? answer.result : null} />
      </Panel>
    </div>
  );
}

function FeatureForm({ platformKey, feature, others, lastResult }: { platformKey: string; feature: Feature | null; others: readonly Feature[]; lastResult: SubmissionResult<string[]> | null }) {
  const [form, fields] = useForm({
    id: `feature-${feature?.code ?? "new"}`,
    lastResult,
    defaultValue: { code: feature?.code ?? "", name: feature?.name ?? "", nameEs: feature?.nameEs ?? "", includes: [...(feature?.includes ?? [])] as string[] },
    onValidate: ({ formData }) => parseWithZod(formData, { schema: addFeatureSchema }) as never,
  });
  const chosen = fields.includes.initialValue as unknown;
  return (
    <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-2 grid max-w-xl gap-4">
      <ErrorSummary title="Nothing was saved" entries={summaryOf(form, { code: fields.code, name: fields.name, nameEs: fields.nameEs, includes: fields.includes })} />
      <input type="hidden" name="platformKey" value={platformKey} />
      {feature ? <input type="hidden" name="code" value={feature.code} /> : <InputField label="Code" hint="What the platform asks the gate about. It never changes." {...fieldProps(fields.code)} required />}
      <InputField label="English name" hint="As it stands in a sentence: voice calls." {...fieldProps(fields.name)} required />
      <InputField label="Spanish name" hint="As it stands in a sentence: llamadas de voz." {...fieldProps(fields.nameEs)} required />
      {others.length > 0 ? (
        <CheckboxGroup
          label="Contains"
          hint="Who may not use this feature may not use those either."
          id={fields.includes.id}
          name={fields.includes.name}
          errors={fields.includes.errors}
          options={others.filter(({ retired, code }) => !retired || feature?.includes.includes(code)).map(({ code, name }) => ({ value: code, label: name }))}
          defaultValue={Array.isArray(chosen) ? chosen.filter((one): one is string => typeof one === "string") : typeof chosen === "string" ? [chosen] : []}
        />
      ) : null}
      <Button type="submit" name="intent" value={feature ? "change" : "add"} variant={feature ? undefined : "primary"} className="justify-self-start">
        {feature ? "Save" : "Add the feature"}
      </Button>
    </Form>
  );
}

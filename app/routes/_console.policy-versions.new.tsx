import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxField } from "~/components/choice";
import { InputField, SelectField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { AnswerSummary, answerOf, type FormAnswer } from "~/modules/policy/form-answer";
import { policyKindNames, policyKinds } from "~/modules/policy/policy-kind";
import { errorsByField, textsOf } from "~/modules/policy/sent-form";
import { startPolicySchema } from "~/modules/policy/start-policy.schema";
import { startPolicy } from "~/modules/policy/start-policy.server";

export const meta: MetaFunction = () => [{ title: "New policy" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "policy:edit");
  return { platforms: await platformChoices(context.deps.db) };
}

/** The field a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, string>> = { policy_code_taken: "code", platform_unknown: "platformKey" };

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:edit");
  const sent = textsOf(await readForm(request));
  const told = (status: number, over: Partial<FormAnswer>) => data<FormAnswer>({ intent: "start", values: sent, errors: {}, refusal: null, stale: false, ...over }, { status });
  const parsed = startPolicySchema.safeParse(sent);
  if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
  const started = await startPolicy(context.deps, actor, parsed.data);
  if (started.ok) return redirectWithFlash(`/policy-versions/${started.versionId}`, { tone: "ok", text: "The policy has its first draft. Nobody outside sees it until a second person publishes it." });
  const { status, sentence } = refusalText(started.reason);
  const field = fieldOf[started.reason];
  return told(status, field ? { errors: { [field]: [sentence] } } : { refusal: sentence });
}

export default function NewPolicy() {
  const { platforms } = useLoaderData<typeof loader>();
  const answer = answerOf(useActionData<FormAnswer>(), "start");
  const busy = useNavigation().state !== "idle";
  const field = (name: string) => ({ id: `policy-${name}`, name, defaultValue: answer.values[name], errors: answer.errors[name] });
  return (
    <>
      <PageHeader title="New policy" crumbs={[{ label: "Policies", to: "/policy-versions" }, { label: "New" }]} lead="It begins as an empty draft. Like every version it is written here, agreed to by a second person, and told to every account holder before it takes effect." />
      <Panel title="What it is" id="new">
        <Form method="post" noValidate className="grid max-w-xl gap-4">
          <AnswerSummary form="policy" answer={answer} title="The policy is not started" />
          <SelectField label="Platform" required placeholder="Choose" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} {...field("platformKey")} />
          <InputField label="Code" required autoComplete="off" hint="It is in the address of its page and begins every clause’s code: CF-AUP, CF-AUP-3.1.b." {...field("code")} />
          <SelectField label="What it is about" required placeholder="Choose" options={policyKinds.map((value) => ({ value, label: policyKindNames[value] }))} {...field("kind")} />
          <InputField label="Title" required maxLength={160} {...field("title")} />
          <InputField label="Title in Spanish" lang="es" maxLength={160} {...field("titleEs")} />
          <CheckboxField id="policy-sure" name="sure" label="The code is right" hint="It stays for good: findings and links cite it." required defaultChecked={answer.values.sure === "on"} errors={answer.errors.sure} />
          <Button type="submit" variant="primary" disabled={busy} className="justify-self-start">
            Start the policy
          </Button>
        </Form>
      </Panel>
    </>
  );
}

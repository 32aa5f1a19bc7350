import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { waitSentence, retryAfterOf } from "~/infra/http/rate-limit.server";
import { refusalText } from "~/infra/http/refusals";
import { currentSession } from "~/modules/access/current-session.server";
import { cookiesOf } from "~/modules/access/session-cookie";
import { signInSchema } from "~/modules/access/sign-in.schema";
import { signIn } from "~/modules/access/sign-in.server";
import { signInGoal, signInStep } from "~/modules/access/sign-in-steps";

export const meta: MetaFunction = () => [{ title: "Sign in" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = new URL(request.url).searchParams.get("next");
  const session = await currentSession(context.deps, request);
  if (session?.stage === "complete") throw redirect(signInGoal(session.actor, next));
  return { next };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseWithZod(await readForm(request), { schema: signInSchema });
  const hideFields = ["password" as const];
  if (submission.status !== "success") return data(submission.reply({ hideFields }), { status: 422 });
  const from = { cookie: request.headers.get("cookie"), userAgent: request.headers.get("user-agent"), clientIp: context.clientIp };
  const signedIn = await signIn(context.deps, submission.value, from);
  if (!signedIn.ok) {
    const { status, sentence } = refusalText(signedIn.reason);
    const said = signedIn.reason === "rate_limited" ? waitSentence(retryAfterOf(signedIn)) : sentence;
    return data(submission.reply({ formErrors: [said], hideFields }), { status });
  }
  const { next } = submission.value;
  const goal = signedIn.next === "complete" ? signInGoal(signedIn.actor, next) : signInStep(signedIn.next, next);
  return redirect(goal, { headers: cookiesOf(signedIn) });
}

export default function SignIn() {
  const { next } = useLoaderData<typeof loader>();
  const lastResult = useActionData<typeof action>();
  const pending = useNavigation().formMethod === "POST";
  const [form, fields] = useForm({
    lastResult,
    constraint: getZodConstraint(signInSchema),
    shouldValidate: "onSubmit",
    onValidate: ({ formData }) => parseWithZod(formData, { schema: signInSchema }),
  });
  return (
    <div className="mx-auto grid max-w-sm gap-6">
      <div>
        <h1 className="text-2xl font-semibold">Sign in</h1>
        <p className="mt-1 text-muted">For staff. If you reported something or got a decision, use the private link in your mail instead.</p>
      </div>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-4">
        <ErrorSummary title="You are not signed in" entries={summaryOf(form, { email: fields.email, password: fields.password })} />
        <InputField label="Email" type="email" autoComplete="username" {...fieldProps(fields.email)} required />
        <InputField label="Password" type="password" autoComplete="current-password" {...fieldProps(fields.password)} required />
        {next ? <input type="hidden" name="next" value={next} /> : null}
        <Button type="submit" variant="primary" pending={pending}>
          {pending ? "Signing in…" : "Sign in"}
        </Button>
      </Form>
      <p className="text-sm text-muted">Lost your password or your phone? An admin of the console can send you a new invitation.</p>
    </div>
  );
}

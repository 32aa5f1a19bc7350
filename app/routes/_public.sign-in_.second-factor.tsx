import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { retryAfterOf, waitSentence } from "~/infra/http/rate-limit.server";
import { refusalText } from "~/infra/http/refusals";
import { currentSession } from "~/modules/access/current-session.server";
import { cookiesOf } from "~/modules/access/session-cookie";
import { signInGoal, signInStep } from "~/modules/access/sign-in-steps";
import { secondFactorSchema } from "~/modules/access/sign-in.schema";
import { verifySecondFactor } from "~/modules/access/verify-second-factor.server";

export const meta: MetaFunction = () => [{ title: "Second factor" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const next = new URL(request.url).searchParams.get("next");
  const session = await currentSession(context.deps, request);
  if (!session) throw redirect("/sign-in");
  if (session.stage !== "second_factor") throw redirect(session.stage === "complete" ? signInGoal(session.actor, next) : signInStep(session.stage, next));
  return { next };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await currentSession(context.deps, request);
  if (!session) return redirect("/sign-in");
  const submission = parseWithZod(await readForm(request), { schema: secondFactorSchema });
  const hideFields = ["code" as const];
  if (submission.status !== "success") return data(submission.reply({ hideFields }), { status: 422 });
  const { code, next } = submission.value;
  const verified = await verifySecondFactor(context.deps, session, { code, userAgent: request.headers.get("user-agent"), cookie: request.headers.get("cookie") });
  if (!verified.ok) {
    const { status, sentence } = refusalText(verified.reason);
    const said = verified.reason === "rate_limited" ? waitSentence(retryAfterOf(verified)) : sentence;
    return data(submission.reply({ fieldErrors: { code: [said] }, hideFields }), { status });
  }
  const headers = cookiesOf(verified);
  const goal = signInGoal(session.actor, next);
  if (verified.recoveryCodesLeft === null) return redirect(goal, { headers });
  const text = `You used a recovery code. ${verified.recoveryCodesLeft} are left; ask an admin for new ones before they run out.`;
  return redirectWithFlash(goal, { tone: "warn", text }, headers);
}

export default function SecondFactor() {
  const { next } = useLoaderData<typeof loader>();
  const [form, fields] = useForm({
    lastResult: useActionData<typeof action>(),
    constraint: getZodConstraint(secondFactorSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: secondFactorSchema }),
  });
  return (
    <div className="mx-auto grid max-w-sm gap-6">
      <h1 className="text-2xl font-semibold">Enter your code</h1>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-4">
        <ErrorSummary title="You are not signed in yet" entries={summaryOf(form, { code: fields.code })} />
        <InputField
          label="Code"
          hint="The six digits your authenticator app shows now. Lost your phone? Enter one of your recovery codes."
          inputMode="text"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          {...fieldProps(fields.code)}
          defaultValue=""
          required
        />
        {next ? <input type="hidden" name="next" value={next} /> : null}
        <Button type="submit" variant="primary">
          Continue
        </Button>
      </Form>
      <Form method="post" action="/sign-out">
        <Button type="submit" variant="quiet">
          Start again as somebody else
        </Button>
      </Form>
    </div>
  );
}

import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { toDataURL } from "qrcode";
import { readForm } from "~/infra/http/form-fields";
import { Button, ButtonLink } from "~/components/button";
import { CodeBlock } from "~/components/code-block";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { InputField } from "~/components/inputs";
import { refusalText } from "~/infra/http/refusals";
import { currentSession } from "~/modules/access/current-session.server";
import { confirmTotpEnrolment, startTotpEnrolment } from "~/modules/access/enrol-totp.server";
import { safeNext } from "~/modules/access/session";
import { cookiesOf } from "~/modules/access/session-cookie";
import { secondFactorSchema } from "~/modules/access/sign-in.schema";
import { signInGoal } from "~/modules/access/sign-in-steps";

export const meta: MetaFunction = () => [{ title: "Set up your second factor" }];

/**
 * Never redirects somebody whose enrolment is done: the page that follows the confirming POST shows the recovery codes,
 * and they exist nowhere but in that answer.
 */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await currentSession(context.deps, request);
  const asked = new URL(request.url).searchParams.get("next");
  const next = session ? signInGoal(session.actor, asked) : safeNext(asked);
  if (session?.stage !== "enrolment") return { next, enrolment: null };
  const started = await startTotpEnrolment(context.deps, session);
  if (!started.ok) return { next, enrolment: null };
  const qr = await toDataURL(started.uri, { errorCorrectionLevel: "M", margin: 2, width: 240 });
  return { next, enrolment: { qr, secret: started.secret.match(/.{1,4}/g)!.join(" "), email: session.email } };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await currentSession(context.deps, request);
  if (session?.stage !== "enrolment") return redirect("/sign-in");
  const submission = parseWithZod(await readForm(request), { schema: secondFactorSchema });
  const hideFields = ["code" as const];
  if (submission.status !== "success") return data({ result: submission.reply({ hideFields }), codes: null }, { status: 422 });
  const input = { code: submission.value.code, userAgent: request.headers.get("user-agent") };
  const confirmed = await confirmTotpEnrolment(context.deps, session, input);
  if (!confirmed.ok) {
    const { status, sentence } = refusalText(confirmed.reason);
    return data({ result: submission.reply({ fieldErrors: { code: [sentence] }, hideFields }), codes: null }, { status });
  }
  return data({ result: null, codes: confirmed.recoveryCodes }, { headers: cookiesOf(confirmed) });
}

export default function Enrol() {
  const { enrolment, next } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  if (answer?.codes) return <RecoveryCodes codes={answer.codes} next={next} />;
  if (!enrolment) {
    return (
      <EmptyState title="Nothing to set up here" action={<ButtonLink to={`/sign-in?next=${encodeURIComponent(next)}`}>Continue</ButtonLink>}>
        Your second factor is set up already, or your sign-in has run out.
      </EmptyState>
    );
  }
  return <Confirm {...enrolment} result={answer?.result ?? null} />;
}

function Confirm({ qr, secret, email, result }: { qr: string; secret: string; email: string; result: Parameters<typeof useForm>[0]["lastResult"] }) {
  const [form, fields] = useForm<{ code: string }>({
    lastResult: result as never,
    constraint: getZodConstraint(secondFactorSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: secondFactorSchema }),
  });
  return (
    <div className="mx-auto grid max-w-md gap-6">
      <div>
        <h1 className="text-2xl font-semibold">Set up your second factor</h1>
        <p className="mt-1 text-muted">Signing in takes your password and a code from an app on your phone. Set the app up once, now.</p>
      </div>
      <ol className="grid list-decimal gap-5 pl-5 marker:font-semibold">
        <li>Open an authenticator app on your phone. Any that makes six-digit codes will do.</li>
        <li>
          <p>Scan this picture with it:</p>
          <img src={qr} width={240} height={240} alt={`QR code that adds ${email} to an authenticator app`} className="my-3 rounded-md border border-line bg-white" />
          <p className="mb-2">Or type this key in:</p>
          <CodeBlock label="Key for the authenticator app">{secret}</CodeBlock>
        </li>
        <li>
          <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-4">
            <ErrorSummary title="Not set up yet" entries={summaryOf(form, { code: fields.code })} />
            <InputField
              label="Enter the six digits the app shows now"
              inputMode="numeric"
              autoComplete="one-time-code"
              {...fieldProps(fields.code)}
              defaultValue=""
              required
            />
            <Button type="submit" variant="primary" className="justify-self-start">
              Finish
            </Button>
          </Form>
        </li>
      </ol>
    </div>
  );
}

function RecoveryCodes({ codes, next }: { codes: readonly string[]; next: string }) {
  return (
    <div className="mx-auto grid max-w-md gap-6">
      <h1 className="text-2xl font-semibold">Keep your recovery codes</h1>
      <Callout tone="warn" title="They are shown this once">
        Each code signs you in one time without your phone. Print them or keep them in a password manager.
      </Callout>
      <CodeBlock label="Recovery codes">{codes.join("\n")}</CodeBlock>
      <ButtonLink to={next} variant="primary" className="justify-self-start">
        I have kept them, go on
      </ButtonLink>
    </div>
  );
}

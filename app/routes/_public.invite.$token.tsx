import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { refusalText } from "~/infra/http/refusals";
import { acceptInvite, findInvite } from "~/modules/access/accept-invite.server";
import { passwordRules } from "~/modules/access/password";
import { sessionCookie } from "~/modules/access/session-cookie";
import { signInStep } from "~/modules/access/sign-in-steps";
import { acceptInviteSchema } from "~/modules/access/staff.schema";

export const meta: MetaFunction = () => [{ title: "Your invitation" }];

export async function loader({ params, context }: LoaderFunctionArgs) {
  const invited = await findInvite(context.deps, params.token ?? "");
  if (invited) return data({ invited: { name: invited.name, email: invited.email } });
  const missed = await context.deps.limits.take("link.miss", context.clientIp);
  if (!missed.ok) throw tooManyRequests(missed);
  return data({ invited: null }, { status: 410 });
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const submission = parseWithZod(await readForm(request), { schema: acceptInviteSchema });
  const hideFields = ["password" as const, "repeat" as const];
  if (submission.status !== "success") return data(submission.reply({ hideFields }), { status: 422 });
  const accepted = await acceptInvite(context.deps, {
    token: params.token ?? "",
    password: submission.value.password,
    userAgent: request.headers.get("user-agent"),
  });
  if (!accepted.ok) {
    const { status, sentence } = refusalText(accepted.reason);
    return data(submission.reply({ fieldErrors: { password: [sentence] }, hideFields }), { status });
  }
  return redirect(signInStep(accepted.next, null), { headers: { "Set-Cookie": sessionCookie(accepted.token) } });
}

export default function Invitation() {
  const { invited } = useLoaderData<typeof loader>();
  const [form, fields] = useForm({
    lastResult: useActionData<typeof action>(),
    constraint: getZodConstraint(acceptInviteSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: acceptInviteSchema }),
  });
  if (!invited) {
    return (
      <EmptyState title="This invitation cannot be used">
        It was used already, replaced by a newer one, or is older than seven days. Ask an admin of the console for a new one.
      </EmptyState>
    );
  }
  return (
    <div className="mx-auto grid max-w-sm gap-6">
      <div>
        <h1 className="text-2xl font-semibold">Welcome, {invited.name}</h1>
        <p className="mt-1 text-muted">
          Choose the password you will sign in with as {invited.email}. Next you will set up your authenticator app.
        </p>
      </div>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-4">
        <ErrorSummary entries={summaryOf(form, { password: fields.password, repeat: fields.repeat })} />
        <input type="hidden" name="username" autoComplete="username" value={invited.email} readOnly />
        <InputField
          label="Password"
          type="password"
          autoComplete="new-password"
          hint={`At least ${passwordRules.minLength} characters. A short sentence is easy to remember and hard to guess.`}
          {...fieldProps(fields.password)}
          required
        />
        <InputField label="The same again" type="password" autoComplete="new-password" {...fieldProps(fields.repeat)} required />
        <Button type="submit" variant="primary">
          Set my password
        </Button>
      </Form>
    </div>
  );
}

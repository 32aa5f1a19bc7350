import { useForm } from "@conform-to/react";
import { getZodConstraint, parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Badge } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { InputField } from "~/components/inputs";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { changePassword } from "~/modules/access/change-password.server";
import { passwordRules } from "~/modules/access/password";
import { requireSession } from "~/modules/access/require-staff.server";
import { revokeSessions } from "~/modules/access/revoke-sessions.server";
import { roleNames } from "~/modules/access/staff";
import { listSessions, recoveryCodesLeft } from "~/modules/access/staff.queries.server";
import { changePasswordSchema, revokeSessionSchema } from "~/modules/access/staff.schema";

export const meta: MetaFunction = () => [{ title: "My settings" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const session = await requireSession(request, context);
  const { db } = context.deps;
  const now = context.deps.clock();
  return {
    me: { name: session.actor.name, email: session.email, roles: session.actor.roles.map((role) => roleNames[role]).join(", "), demo: session.demo },
    recoveryCodes: session.demo ? null : await recoveryCodesLeft(db, session.actor.id),
    sessions: await listSessions(db, session.actor.id, now),
    current: session.id,
    now: now.toISO(),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await requireSession(request, context);
  const form = await readForm(request);
  const intent = form.get("intent");
  if (intent === "revoke" || intent === "revoke-others") {
    const one = intent === "revoke" ? revokeSessionSchema.safeParse(Object.fromEntries(form)) : null;
    if (one && !one.success) return redirectWithFlash("/settings", { tone: "danger", text: "That session does not exist." });
    const which = one ? { only: one.data.sessionId } : { except: session.id };
    const ended = await revokeSessions(context.deps, session.actor, { staffId: session.actor.id, ...which });
    const count = ended.ok ? ended.revoked : 0;
    return redirectWithFlash("/settings", { tone: "ok", text: count === 1 ? "The session has ended." : `${count} sessions have ended.` });
  }
  const submission = parseWithZod(form, { schema: changePasswordSchema });
  const hideFields = ["current" as const, "password" as const, "repeat" as const];
  if (submission.status !== "success") return data(submission.reply({ hideFields }), { status: 422 });
  const changed = await changePassword(context.deps, session, submission.value);
  if (!changed.ok) {
    const { status, sentence } = refusalText(changed.reason);
    const said = changed.reason === "wrong_credentials" ? "This is not your current password." : sentence;
    const field = changed.reason === "wrong_credentials" ? "current" : "password";
    return data(submission.reply({ fieldErrors: { [field]: [said] }, hideFields }), { status });
  }
  const text = "Your password is changed. Every other session has ended.";
  return redirectWithFlash("/settings", { tone: "ok", text });
}

export default function Me() {
  const { me, sessions, current, now, recoveryCodes } = useLoaderData<typeof loader>();
  const facts = [
    { name: "Name", value: me.name },
    { name: "Email", value: me.email },
    { name: "Roles", value: me.roles },
    { name: "Second factor", value: me.demo ? "None: a demo person" : `Authenticator app, ${recoveryCodes} recovery codes left` },
  ];
  return (
    <div className="grid gap-4">
      <Panel title="Me">
        <Facts facts={facts} />
      </Panel>
      <Panel
        title="My sessions"
        flush
        aside={
          sessions.length > 1 ? (
            <Form method="post">
              <Button type="submit" name="intent" value="revoke-others" size="sm">
                End all but this one
              </Button>
            </Form>
          ) : null
        }
      >
        <DataTable
          caption="My sessions"
          rows={sessions}
          rowKey={(row) => row.id}
          columns={[
            {
              key: "device",
              header: "Where",
              cell: (row) => (
                <span className="flex flex-wrap gap-2">
                  {row.device}
                  {row.id === current ? <Badge tone="accent">This one</Badge> : null}
                  {row.complete ? null : <Badge>Waits for the second factor</Badge>}
                </span>
              ),
            },
            { key: "seen", header: "Last used", cell: (row) => <Time at={row.lastSeenAt} now={now} zone="UTC" brief /> },
            { key: "created", header: "Signed in", from: "sm", cell: (row) => <Time at={row.createdAt} now={now} zone="UTC" brief /> },
            { key: "ends", header: "Ends", from: "sm", cell: (row) => <Time at={row.expiresAt} now={now} zone="UTC" brief /> },
            {
              key: "end",
              header: <span className="sr-only">Action</span>,
              align: "right",
              cell: (row) =>
                row.id === current ? null : (
                  <Form method="post">
                    <input type="hidden" name="sessionId" value={row.id} />
                    <Button type="submit" name="intent" value="revoke" size="sm" aria-label={`End the session ${row.device}`}>
                      End
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </Panel>
      {me.demo ? null : <PasswordForm />}
    </div>
  );
}

function PasswordForm() {
  const [form, fields] = useForm({
    lastResult: useActionData<typeof action>(),
    constraint: getZodConstraint(changePasswordSchema),
    onValidate: ({ formData }) => parseWithZod(formData, { schema: changePasswordSchema }),
  });
  return (
    <Panel title="My password">
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid max-w-sm gap-4">
        <ErrorSummary title="The password is not changed" entries={summaryOf(form, { current: fields.current, password: fields.password, repeat: fields.repeat })} />
        <InputField label="Current password" type="password" autoComplete="current-password" {...fieldProps(fields.current)} required />
        <InputField
          label="New password"
          type="password"
          autoComplete="new-password"
          hint={`At least ${passwordRules.minLength} characters.`}
          {...fieldProps(fields.password)}
          required
        />
        <InputField label="The new one again" type="password" autoComplete="new-password" {...fieldProps(fields.repeat)} required />
        <Button type="submit" name="intent" value="password" className="justify-self-start">
          Change password
        </Button>
      </Form>
    </Panel>
  );
}

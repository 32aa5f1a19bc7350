import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { changeRoles } from "~/modules/access/change-roles.server";
import { createStaff } from "~/modules/access/create-staff.server";
import { disableStaff, reinstateStaff } from "~/modules/access/disable-staff.server";
import { inviteStaff, resetStaffAccess } from "~/modules/access/invite-staff.server";
import { NewPersonForm, PeopleList } from "~/modules/access/people";
import { requireStaff } from "~/modules/access/require-staff.server";
import { revokeSessions } from "~/modules/access/revoke-sessions.server";
import { listStaff } from "~/modules/access/staff.queries.server";
import { changeRolesSchema, createStaffSchema, staffIdSchema } from "~/modules/access/staff.schema";

const here = "/settings/people";

export const meta: MetaFunction = () => [{ title: "People" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "staff:manage");
  const now = context.deps.clock();
  return { people: await listStaff(context.deps.db, now), me: actor.id, now: now.toISO() };
}

const commands = {
  invite: { run: inviteStaff, done: "A new invitation is on its way. The old link no longer works." },
  reset: { run: resetStaffAccess, done: "Their password, second factor and sessions are gone, and a new invitation is on its way." },
  disable: { run: disableStaff, done: "They are shut out, and their sessions have ended." },
  reinstate: { run: reinstateStaff, done: "They can sign in again." },
  "end-sessions": { run: revokeSessions, done: "Their sessions have ended." },
} as const;

const isCommand = (intent: unknown): intent is keyof typeof commands => typeof intent === "string" && Object.hasOwn(commands, intent);

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "staff:manage");
  const form = await readForm(request);
  const intent = form.get("intent");
  if (intent === "roles") {
    const parsed = changeRolesSchema.safeParse({ staffId: form.get("staffId"), roles: form.getAll("roles") });
    if (!parsed.success) return redirectWithFlash(here, { tone: "danger", text: parsed.error.issues[0]!.message });
    return told(await changeRoles(context.deps, actor, parsed.data), "Their roles are changed, from their next click on.");
  }
  if (isCommand(intent)) {
    const parsed = staffIdSchema.safeParse({ staffId: form.get("staffId") });
    if (!parsed.success) return redirectWithFlash(here, { tone: "danger", text: refusalText("not_found").sentence });
    return told(await commands[intent].run(context.deps, actor, parsed.data), commands[intent].done);
  }
  const submission = parseWithZod(form, { schema: createStaffSchema });
  if (submission.status !== "success") return data(submission.reply(), { status: 422 });
  const created = await createStaff(context.deps, actor, submission.value);
  if (created.ok) return redirectWithFlash(here, { tone: "ok", text: `${submission.value.name} is added. An invitation is on its way.` });
  const { status, sentence } = refusalText(created.reason);
  return data(submission.reply({ fieldErrors: { email: [sentence] } }), { status });
}

const told = (result: { ok: true } | { ok: false; reason: string }, done: string): Response =>
  redirectWithFlash(here, result.ok ? { tone: "ok", text: done } : { tone: "danger", text: refusalText(result.reason).sentence });

export default function People() {
  const { people, me, now } = useLoaderData<typeof loader>();
  return (
    <div className="grid gap-4">
      <PeopleList people={people} me={me} now={now} />
      <NewPersonForm lastResult={useActionData<typeof action>()} />
    </div>
  );
}

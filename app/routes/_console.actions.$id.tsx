import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { actionPage, type ActionPage } from "~/modules/enforcement/action.queries.server";
import { findingsOf, leaksSaid } from "~/modules/enforcement/decision-refusals";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { changeActionSchema } from "~/modules/enforcement/interim-measure.schema";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { actionKindNames } from "~/modules/enforcement/measure";
import { confirmationsIn } from "~/modules/notices/leak-confirmation.schema";
import { LeakFindings } from "~/modules/notices/leak-findings";
import type { Finding } from "~/modules/notices/leak-guard";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `${page?.found.reference ?? "Action"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const found = isId(params.id) ? await actionPage(context.deps, params.id) : null;
  if (!found) throw data({ sentence: "There is no such action." }, { status: 404 });
  const mayWork = may(actor, "case:work");
  return { found, mayLift: may(actor, "action:lift") || (found.interim && mayWork), mayExtend: found.interim && mayWork, now: context.deps.clock().toISO() };
}

interface Answer {
  intent: string;
  errors: string[];
  reason: string;
  days: string;
  leaks?: Finding[];
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const sent = await readForm(request);
  const form = Object.fromEntries(sent);
  const kept = { intent: String(form.intent ?? ""), reason: String(form.reason ?? ""), days: String(form.days ?? "") };
  const parsed = changeActionSchema.safeParse({ ...form, confirmed: confirmationsIn(sent), actionId: params.id });
  if (!parsed.success) return data<Answer>({ ...kept, errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  const input = parsed.data;
  const done = input.intent === "extend" ? await extendInterimMeasure(context.deps, actor, input) : await liftAction(context.deps, actor, input);
  if (done.ok) return redirectWithFlash(`/actions/${params.id}`, { tone: "ok", text: input.intent === "extend" ? "It lasts longer now, and the account holder is told." : "It is lifted, and the account holder is told." });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [leaksSaid(done, sentence)], leaks: findingsOf(done) }, { status });
}

const tones: Readonly<Record<string, Tone>> = { active: "warn", awaiting_approval: "info", proposed: "info", reversed: "ok", lifted: "ok" };

export default function Action() {
  const { found, mayLift, mayExtend, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const seen = { now, zone: found.zone };
  const isActive = found.state === "active";
  return (
    <>
      <PageHeader
        crumbs={[{ label: found.caseReference, to: `/cases/${found.caseReference}` }, { label: found.reference }]}
        title={`${found.interim ? "Interim: " : ""}${actionKindNames[found.kind]}`}
        status={<StatusPill tone={tones[found.state] ?? "neutral"}>{found.state.replaceAll("_", " ")}</StatusPill>}
        lead={
          <>
            On <TextLink to={`/accounts/${found.accountId}`}>{found.businessName}</TextLink>
          </>
        }
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="What it is" id="what">
          <WhatItIs found={found} seen={seen} />
        </Panel>
        {isActive && (mayExtend || mayLift) ? (
          <div className="grid gap-4">
            {mayExtend ? (
              <ActionForm intent="extend" title="Let it last longer" button="Extend it" found={found} answer={answer} label="Why it has to last longer">
                <InputField label="Days more" name="days" type="number" min={1} max={30} required defaultValue={answer?.intent === "extend" ? answer.days : "7"} />
              </ActionForm>
            ) : null}
            {mayLift ? <ActionForm intent="lift" title="Lift it" button="Lift it now" found={found} answer={answer} label="Why it ends" /> : null}
          </div>
        ) : null}
      </div>
    </>
  );
}

function WhatItIs({ found, seen }: { found: ActionPage; seen: { now: string; zone: string } }) {
  const facts = [
    ...(found.features.length > 0 ? [{ name: "Closes", value: found.features.join(", ") }] : []),
    { name: "Starts", value: found.startsAt ? <Time at={found.startsAt} {...seen} /> : "when it is approved" },
    { name: "Ends", value: found.endsAt ? <Time at={found.endsAt} {...seen} /> : "no end" },
    ...(found.endedAt ? [{ name: "Ended", value: <Time at={found.endedAt} {...seen} /> }] : []),
    ...(found.endReason ? [{ name: "Because", value: found.endReason }] : []),
    ...(found.successor ? [{ name: "Replaced by", value: <TextLink to={`/actions/${found.successor.id}`}>{found.successor.reference}</TextLink> }] : []),
    { name: "Taken by", value: found.approver ? `${found.proposer}, approved by ${found.approver}` : found.proposer },
    ...(found.decisionReference ? [{ name: "Decision", value: found.decisionReference }] : []),
    { name: "Reason", value: found.reason },
    { name: "Told", value: told(found, seen) },
  ];
  return (
    <div className="grid gap-3">
      <Facts facts={facts} />
      {found.appealClosesAt && found.window ? (
        <Deadline
          at={found.appealClosesAt}
          {...seen}
          computed={[`Informed on ${found.window.informedOn}, which does not count`, `${found.window.days} local calendar days, the last one in full`, "An appeal after that is taken in as late"]}
        />
      ) : null}
    </div>
  );
}

function told(found: ActionPage, seen: { now: string; zone: string }) {
  if (found.noTipOff) return "withheld: the referral carries the no-tip-off flag";
  return found.informedAt ? <Time at={found.informedAt} {...seen} /> : "not yet: no mail server took the message, so no appeal window is open";
}

function ActionForm({
  intent,
  title,
  button,
  label,
  found,
  answer,
  children,
}: {
  intent: "extend" | "lift";
  title: string;
  button: string;
  label: string;
  found: ActionPage;
  answer: Answer | undefined;
  children?: React.ReactNode;
}) {
  const mine = answer?.intent === intent ? answer : undefined;
  const busy = useNavigation().state !== "idle";
  return (
    <Panel title={title} id={intent}>
      <Form method="post" className="grid gap-3">
        {mine ? (
          <Callout tone="danger" role="alert">
            {mine.errors.join(" ")}
          </Callout>
        ) : null}
        <input type="hidden" name="caseId" value={found.caseId} />
        {children}
        <LeakFindings id={`${intent}-leaks`} findings={mine?.leaks ?? []} />
        <TextareaField id={`${intent}-reason`} name="reason" label={label} hint="Sent to the account holder." rows={2} required defaultValue={mine?.reason} />
        <div>
          <Button type="submit" name="intent" value={intent} disabled={busy}>
            {button}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

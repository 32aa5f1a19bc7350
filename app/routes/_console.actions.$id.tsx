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
import type { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { isId } from "~/infra/id";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { TipOffBanner } from "~/modules/cases/tip-off";
import { actionPage, type ActionPage } from "~/modules/enforcement/action.queries.server";
import { findingsOf, leaksSaid } from "~/modules/enforcement/decision-refusals";
import { saidWithoutForm } from "~/modules/enforcement/answered-form";
import { ChangeForms, PendingChange, type ChangeAnswer } from "~/modules/enforcement/action-change";
import { approveChange, rejectChange, withdrawChange } from "~/modules/enforcement/answer-change.server";
import { approveExtension, dropExtension } from "~/modules/enforcement/answer-extension.server";
import { ProposedExtension } from "~/modules/enforcement/proposed-extension";
import { ProposedInterim } from "~/modules/enforcement/proposed-interim";
import { approveInterim, dropInterim } from "~/modules/enforcement/answer-interim.server";
import { previewAnswer } from "~/modules/enforcement/preview-answer.server";
import { previewReplacement } from "~/modules/enforcement/preview-replacement.server";
import { answerChangeSchema, replaceActionSchema } from "~/modules/enforcement/replace-action.schema";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import { extendInterimMeasure } from "~/modules/enforcement/extend-interim-measure.server";
import { answerExtensionSchema, answerInterimSchema, changeActionSchema } from "~/modules/enforcement/interim-measure.schema";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import { actionKindNames } from "~/modules/enforcement/measure";
import { confirmationsIn } from "~/modules/notices/leak-confirmation.schema";
import { LeakFindings } from "~/modules/notices/leak-findings";
import { SentStatement } from "~/modules/notices/sent-statement";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `${page?.found.reference ?? "Action"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const found = isId(params.id) ? await actionPage(context.deps, params.id) : null;
  if (!found) throw data({ sentence: "There is no such action." }, { status: 404 });
  await noteOutcomeSeen(context.deps, actor, { actionId: params.id! });
  const mayWork = may(actor, "case:work");
  const isMine = (found.pending?.proposerId ?? found.extension?.proposerId ?? found.proposerId) === actor.id;
  const approve = may(actor, "decision:approve") && !isMine ? approvalOf(found) : null;
  return {
    found,
    mayLift: may(actor, "action:lift") || (found.interim && mayWork),
    mayExtend: found.interim && mayWork,
    mayChange: !found.interim && found.decisionId !== null && found.kind !== "law_enforcement_referral" && may(actor, "decision:propose"),
    mayLiftDecided: may(actor, "action:lift"),
    mayApprove: may(actor, "decision:approve"),
    mineToExtend: found.extension?.proposerId === actor.id,
    mine: (found.pending?.proposerId ?? found.proposerId) === actor.id,
    preview: approve && (await previewAnswer(context.deps, found.id, (joined) => approve(joined, actor, { actionId: found.id }))),
    now: context.deps.clock().toISO(),
  };
}

/** What a second person would agree to here; null: nothing waits for one. */
function approvalOf(found: ActionPage) {
  if (found.interim && found.state === "awaiting_approval") return approveInterim;
  if (found.state !== "active") return null;
  return found.pending ? approveChange : found.extension ? approveExtension : null;
}

type Answer = ChangeAnswer;

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const sent = await readForm(request);
  const form = Object.fromEntries(sent);
  const features = sent.getAll("features").map(String);
  const text = (name: string) => String(sent.get(name) ?? "");
  const kept = { intent: text("intent"), what: text("what"), reason: text("reason"), days: text("days"), kind: text("kind"), features, preview: null };
  if (kept.intent === "change" || kept.intent === "preview-change") return change(context.deps, actor, { ...form, features, confirmed: confirmationsIn(sent), actionId: params.id }, kept);
  const answered = answerChangeSchema.safeParse({ ...form, actionId: params.id });
  if (kept.intent in answers) {
    if (!answered.success) return data<Answer>({ ...kept, errors: answered.error.issues.map(({ message }) => message) }, { status: 422 });
    return answerChange(context.deps, actor, answered.data, kept);
  }
  if (kept.intent in interimAnswers) {
    const interim = answerInterimSchema.safeParse({ ...form, actionId: params.id });
    if (!interim.success) return data<Answer>({ ...kept, errors: interim.error.issues.map(({ message }) => message) }, { status: 422 });
    return answerInterim(context.deps, actor, interim.data, kept);
  }
  if (kept.intent in extensionAnswers) {
    const extension = answerExtensionSchema.safeParse({ ...form, actionId: params.id });
    if (!extension.success) return data<Answer>({ ...kept, errors: extension.error.issues.map(({ message }) => message) }, { status: 422 });
    return answerExtension(context.deps, actor, extension.data, kept);
  }
  const parsed = changeActionSchema.safeParse({ ...form, confirmed: confirmationsIn(sent), actionId: params.id });
  if (!parsed.success) return data<Answer>({ ...kept, errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  const input = parsed.data;
  const done = input.intent === "extend" ? await extendInterimMeasure(context.deps, actor, input) : await liftAction(context.deps, actor, input);
  if (done.ok) return redirectWithFlash(`/actions/${params.id}`, { tone: "ok", text: await said(context.deps, params.id!, changed({ ...done, intent: input.intent })) });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [leaksSaid(done, sentence)], leaks: findingsOf(done) }, { status });
}

/** A measure that must not be tipped off is told to nobody, whatever becomes of it. */
async function said(deps: Deps, actionId: string, sentence: string): Promise<string> {
  const hidden = (await actionPage(deps, actionId))?.noTipOff === true;
  return hidden ? `${sentence.replace(/, and the account holder is told\.$/, ".")} The account holder is not told: they must not be tipped off.` : sentence;
}

function changed({ intent, state }: { intent: "extend" | "lift"; state?: string }): string {
  if (intent === "lift") return "It is lifted, and the account holder is told.";
  return state === "awaiting_approval" ? "Proposed. It lasts longer once a second person agrees." : "It lasts longer now, and the account holder is told.";
}

const answers = {
  "approve-change": "It is changed now, and the account holder is told.",
  "reject-change": "Rejected. The action stays as it is.",
  "withdraw-change": "Taken back. The action stays as it is.",
} as const;

const interimAnswers = {
  "approve-interim": "The measure holds now, and the account holder is told.",
  "reject-interim": "Rejected. Nothing was put in place.",
  "withdraw-interim": "Taken back. Nothing was put in place.",
} as const;

const extensionAnswers = {
  "approve-extension": "It lasts longer now, and the account holder is told.",
  "reject-extension": "Rejected. It ends when it would have.",
  "withdraw-extension": "Taken back. It ends when it would have.",
} as const;

async function answerExtension(deps: Deps, actor: StaffActor, input: z.output<typeof answerExtensionSchema>, kept: Omit<Answer, "errors">) {
  const done = await (input.intent === "approve-extension" ? approveExtension(deps, actor, input) : dropExtension(deps, actor, { ...input, how: input.intent === "reject-extension" ? "rejected" : "withdrawn" }));
  if (done.ok) return redirectWithFlash(`/actions/${input.actionId}`, { tone: "ok", text: extensionAnswers[input.intent] });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [sentence] }, { status });
}

async function answerInterim(deps: Deps, actor: StaffActor, input: z.output<typeof answerInterimSchema>, kept: Omit<Answer, "errors">) {
  const done = await (input.intent === "approve-interim" ? approveInterim(deps, actor, input) : dropInterim(deps, actor, { ...input, how: input.intent === "reject-interim" ? "rejected" : "withdrawn" }));
  if (done.ok) return redirectWithFlash(`/actions/${input.actionId}`, { tone: "ok", text: interimAnswers[input.intent] });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [sentence] }, { status });
}

async function answerChange(deps: Deps, actor: StaffActor, input: z.output<typeof answerChangeSchema>, kept: Omit<Answer, "errors">) {
  const done = await (input.intent === "approve-change" ? approveChange(deps, actor, input) : input.intent === "reject-change" ? rejectChange(deps, actor, input) : withdrawChange(deps, actor, input));
  if (done.ok) return redirectWithFlash(`/actions/${input.actionId}`, { tone: "ok", text: await said(deps, input.actionId, answers[input.intent]) });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [sentence] }, { status });
}

async function change(deps: Deps, actor: StaffActor, form: object, kept: Omit<Answer, "errors">) {
  if (!may(actor, "decision:propose")) return data<Answer>({ ...kept, errors: [refusalText("forbidden").sentence] }, { status: 403 });
  const parsed = replaceActionSchema.safeParse(form);
  if (!parsed.success) return data<Answer>({ ...kept, errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  if (kept.intent === "preview-change") {
    const previewed = await previewReplacement(deps, actor, parsed.data);
    if (previewed.ok) return data<Answer>({ ...kept, errors: [], preview: previewed.preview });
    const { status, sentence } = refusalText(previewed.reason);
    return data<Answer>({ ...kept, errors: [leaksSaid(previewed, sentence)], leaks: findingsOf(previewed) }, { status });
  }
  const done = await replaceAction(deps, actor, parsed.data);
  if (done.ok) {
    const waits = done.state === "awaiting_approval";
    return redirectWithFlash(`/actions/${waits ? parsed.data.actionId : done.actionId}`, { tone: "ok", text: await said(deps, parsed.data.actionId, waits ? "Proposed. It changes once a second person agrees." : "It is changed, and the account holder is told.") });
  }
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [leaksSaid(done, sentence)], leaks: findingsOf(done) }, { status });
}

const tones: Readonly<Record<string, Tone>> = { active: "warn", awaiting_approval: "info", proposed: "info", reversed: "ok", lifted: "ok" };

export default function Action() {
  const { found, mayLift, mayExtend, mayChange, mayLiftDecided, mayApprove, mine, mineToExtend, preview, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const seen = { now, zone: found.zone };
  const isActive = found.state === "active";
  const shown = {
    change: isActive && mayChange && !found.pending,
    pendingChange: isActive && found.pending !== null,
    interim: found.interim && found.state === "awaiting_approval",
    extension: isActive && found.extension !== null,
    extend: isActive && mayExtend && !found.extension,
    lift: isActive && mayLift,
  };
  const unsaid = saidWithoutForm(answer, shown);
  return (
    <>
      <PageHeader
        crumbs={[{ label: found.caseReference, to: `/cases/${found.caseReference}` }, { label: found.reference }]}
        title={`${found.interim ? "Interim: " : ""}${actionKindNames[found.kind]}`}
        status={<StatusPill tone={tones[found.state] ?? "neutral"}>{found.scheduled ? "scheduled" : found.state.replaceAll("_", " ")}</StatusPill>}
        lead={
          <>
            On <TextLink to={`/accounts/${found.accountId}`}>{found.businessName}</TextLink>
          </>
        }
      />
      {unsaid ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {unsaid}
        </Callout>
      ) : null}
      {found.noTipOff ? <TipOffBanner /> : null}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="What it is" id="what">
          <WhatItIs found={found} seen={seen} />
        </Panel>
        {shown.interim ? <ProposedInterim preview={preview} zone={found.zone} mine={mine} mayApprove={mayApprove} answer={answer} /> : null}
        {isActive && (mayExtend || mayLift || mayChange || found.pending || found.extension) ? (
          <div className="grid gap-4">
            {found.pending ? <PendingChange pending={found.pending} preview={preview} isHidden={found.noTipOff} mine={mine} mayApprove={mayApprove} seen={seen} answer={answer} /> : null}
            {shown.change ? <ChangeForms found={found} answer={answer} mayLift={mayLiftDecided} /> : null}
            {found.extension ? <ProposedExtension extension={found.extension} preview={preview} mine={mineToExtend} mayApprove={mayApprove} seen={seen} answer={answer} /> : null}
            {shown.extend ? (
              <ActionForm intent="extend" title="Let it last longer" button="Extend it" found={found} answer={answer} label="Why it has to last longer">
                <InputField label="Days more" name="days" type="number" min={1} max={30} required defaultValue={answer?.intent === "extend" ? answer.days : "7"} />
              </ActionForm>
            ) : null}
            {shown.lift ? <ActionForm intent="lift" title={found.scheduled ? "Call it off" : "Lift it"} button={found.scheduled ? "Call it off now" : "Lift it now"} found={found} answer={answer} label="Why it ends" /> : null}
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
    { name: "Ends", value: found.state === "awaiting_approval" && found.endsAt ? "counted from its approval" : found.endsAt ? <Time at={found.endsAt} {...seen} /> : "no end" },
    ...(found.endedAt ? [{ name: "Ended", value: <Time at={found.endedAt} {...seen} /> }] : []),
    ...(found.endReason ? [{ name: "Because", value: found.endReason }] : []),
    ...(found.successor ? [{ name: "Replaced by", value: <TextLink to={`/actions/${found.successor.id}`}>{found.successor.reference}</TextLink> }] : []),
    ...found.predecessors.map((before) => ({ name: "In place of", value: <TextLink to={`/actions/${before.id}`}>{before.reference}</TextLink> })),
    ...(found.ground ? [{ name: "Rests on", value: found.ground }] : []),
    { name: "Taken by", value: takenBy(found) },
    ...(found.byRule ? [{ name: "Found by", value: <FoundBy rule={found.byRule} /> }] : []),
    ...(found.decisionReference ? [{ name: "Decision", value: found.decisionReference }] : []),
    { name: "Reason", value: found.reason },
    { name: "Told", value: told(found, seen) },
  ];
  return (
    <div className="grid gap-3">
      <Facts facts={facts} />
      {found.appealClosesAt && found.window ? (
        <section aria-label="Time to appeal" className="grid gap-1">
          <h3 className="text-sm font-semibold">Time to appeal</h3>
          <Deadline
            kind="closes"
            at={found.appealClosesAt}
            {...seen}
            computed={[`Informed on ${found.window.informedOn}, which does not count`, `${found.window.days} local calendar days, the last one in full`, "An appeal after that is taken in as late"]}
          />
        </section>
      ) : null}
      {found.statement ? <SentStatement statement={found.statement} /> : null}
    </div>
  );
}

function takenBy({ byRule, proposer, approver }: ActionPage): string {
  if (byRule?.byItself) return `The rule by itself: no person looked first. ${proposer} asked for that${approver ? `, ${approver} confirmed it` : ""}`;
  return `${proposer}${byRule ? ", who agreed to what a rule proposed" : ""}${approver ? `, approved by ${approver}` : ""}`;
}

/** What the statement of reasons says of automation, with the finding it rests on. */
function FoundBy({ rule }: { rule: NonNullable<ActionPage["byRule"]> }) {
  return (
    <>
      {rule.title}, version {rule.version}: <TextLink to={`/signals/${rule.signalId}`}>the signal it rests on</TextLink>. Detection was automated, the decision {rule.byItself ? "fully" : "partly"} so.
    </>
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
        <TextareaField id={`${intent}-reason`} name="reason" label={label} hint={found.noTipOff ? "For the file. The account holder is not told." : "Sent to the account holder."} rows={2} required defaultValue={mine?.reason} />
        <div>
          <Button type="submit" name="intent" value={intent} disabled={busy}>
            {button}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

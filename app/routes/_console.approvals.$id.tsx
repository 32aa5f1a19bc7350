import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation, type ShouldRevalidateFunction } from "@remix-run/react";
import type { DateTime } from "luxon";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { relativeTime } from "~/components/time-format";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import type { Deps } from "~/infra/deps.server";
import { isId } from "~/infra/id";
import type { Result } from "~/infra/result";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { answerProposalSchema, type AnswerProposalInput } from "~/modules/enforcement/answer-proposal.schema";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { proposalPage, type ProposalPage } from "~/modules/enforcement/approvals.queries.server";
import { DecisionPreviewPanel } from "~/modules/enforcement/decision-preview-panel";
import { refusedProposal } from "~/modules/enforcement/stale-proposal";
import { rejectDecision } from "~/modules/enforcement/reject-decision.server";
import { withdrawProposal } from "~/modules/enforcement/withdraw-proposal.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `Approve ${page?.proposal.reference ?? "proposal"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const proposal = isId(params.id) ? await proposalPage(context.deps, params.id) : null;
  if (!proposal) throw data({ sentence: "There is no such proposal." }, { status: 404 });
  await noteOutcomeSeen(context.deps, actor, { decisionId: params.id! });
  return { proposal, mine: proposal.proposerId === actor.id, mayApprove: may(actor, "decision:approve"), now: context.deps.clock().toISO() };
}

/** What stands on the page is what was just found to hold no more. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => actionStatus === 409 || defaultShouldRevalidate;

interface Answered {
  refusal: string | null;
  fieldErrors: { reason?: string[] };
  reason: string;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const form = await readForm(request);
  const parsed = answerProposalSchema.safeParse({ ...Object.fromEntries(form), decisionId: params.id });
  const reason = String(form.get("reason") ?? "");
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ message }) => message);
    return data<Answered>({ refusal: null, fieldErrors: { reason: errors }, reason }, { status: 422 });
  }
  const input = parsed.data;
  const done = await answer(context.deps, actor, input);
  if (done.ok) {
    const later = done.startsAt?.toISO();
    const text = done.withheld ? said.withheld : said[input.intent];
    return redirectWithFlash("/approvals", { tone: "ok", text: later ? text.replace("now", relativeTime(later, context.deps.clock().toISO())) : text });
  }
  const { status } = refusalText(done.reason);
  return data<Answered>({ refusal: refusedProposal(done), fieldErrors: {}, reason }, { status });
}

async function answer(deps: Deps, actor: StaffActor, input: AnswerProposalInput): Promise<Result<{ startsAt?: DateTime | null; withheld?: boolean }, string>> {
  if (input.intent === "approve") return approveDecision(deps, actor, input);
  return input.intent === "reject" ? rejectDecision(deps, actor, input) : withdrawProposal(deps, actor, input);
}

const civilDate = (at: string, zone: string): string => new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: zone }).format(new Date(at));

const said = {
  approve: "Approved. It takes effect now, and everybody is told.",
  withheld: "Approved. It takes effect now. The account holder is not told: they must not be tipped off.",
  reject: "Rejected. The case is back with the analyst, with your reason.",
  withdraw: "Taken back. The case can be decided again.",
} as const;

export default function Approval() {
  const { proposal, mine, mayApprove, now } = useLoaderData<typeof loader>();
  const answered = useActionData<Answered>();
  const isPending = proposal.state === "awaiting_approval";
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Approvals", to: "/approvals" }, { label: proposal.reference }]}
        title={proposal.businessName}
        lead={
          <>
            Proposed by {mine ? "you" : proposal.proposer} in case <TextLink to={`/cases/${proposal.caseReference}`}>{proposal.caseReference}</TextLink>
            {proposal.requestedAt ? (
              <>
                {" "}
                · <Time at={proposal.requestedAt} now={now} zone={proposal.zone} />
              </>
            ) : null}
          </>
        }
      />
      {answered?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {answered.refusal}
        </Callout>
      ) : null}
      {proposal.answer ? <AnswerGiven answer={proposal.answer} now={now} zone={proposal.zone} /> : null}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="What was found" id="found">
          <Found proposal={proposal} />
        </Panel>
        {isPending ? (
          <div className="grid gap-4">
            {proposal.news.length > 0 ? (
              <Panel title="New on the case since it was proposed" id="news">
                <News proposal={proposal} now={now} />
              </Panel>
            ) : null}
            <Panel title="What approving does, now" id="effects">
              {proposal.problem ? <Callout tone="warn">{proposal.problem}</Callout> : null}
              {proposal.preview ? <DecisionPreviewPanel preview={proposal.preview} zone={proposal.zone} approving /> : null}
            </Panel>
            <AnswerForm proposal={proposal} mine={mine} mayApprove={mayApprove} now={now} answered={answered} />
          </div>
        ) : null}
      </div>
    </>
  );
}

function News({ proposal, now }: { proposal: ProposalPage; now: string }) {
  return (
    <ul className="grid gap-2">
      {proposal.news.map(({ at, who, what }, index) => (
        <li key={`${at} ${index}`}>
          {who} {what} <span className="text-sm text-muted">· <Time at={at} now={now} zone={proposal.zone} /></span>
        </li>
      ))}
    </ul>
  );
}

function AnswerGiven({ answer, now, zone }: { answer: NonNullable<ProposalPage["answer"]>; now: string; zone: string }) {
  return (
    <Callout tone={answer.state === "approved" ? "ok" : "info"} className="mb-4" title={answer.by ? `${answer.state === "approved" ? "Approved" : "Rejected"} by ${answer.by}` : "Not approved"}>
      {answer.reason ? <p>{answer.reason}</p> : null}
      {answer.at ? <Time at={answer.at} now={now} zone={zone} /> : null}
    </Callout>
  );
}

function Found({ proposal }: { proposal: ProposalPage }) {
  return (
    <div className="grid gap-4">
      <ul className="grid gap-2">
        {proposal.findings.map((finding) => (
          <li key={finding.code}>
            <p className="font-medium">
              {finding.code} {finding.title}
            </p>
            <p className="text-sm text-muted">
              {finding.policyTitle}, version {finding.version} · happened on {civilDate(finding.conductAt, proposal.zone)}
            </p>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          { name: "Proposed", value: <strong className="font-semibold">{proposal.measure ?? "–"}</strong> },
          { name: "The ladder says", value: proposal.explanation ?? "–" },
          ...(proposal.deviation ? [{ name: "Because", value: proposal.deviation }] : []),
          { name: "Rests on", value: proposal.evidence.length === 0 ? "no evidence was ticked" : proposal.evidence.map(({ label }) => label).join(", ") },
        ]}
      />
      <section className="grid gap-1">
        <h3 className="text-sm font-semibold">Rationale, for the file</h3>
        <p className="whitespace-pre-wrap wrap-anywhere">{proposal.rationale}</p>
      </section>
      <section className="grid gap-1">
        <h3 className="text-sm font-semibold">Facts, for the account holder</h3>
        <p className="whitespace-pre-wrap wrap-anywhere">{proposal.facts}</p>
      </section>
    </div>
  );
}

function AnswerForm({ proposal, mine, mayApprove, now, answered }: { proposal: ProposalPage; mine: boolean; mayApprove: boolean; now: string; answered: Answered | undefined }) {
  const busy = useNavigation().state !== "idle";
  return (
    <Panel title="Your answer" id="answer" aside={proposal.expiresAt ? <Deadline at={proposal.expiresAt} now={now} zone={proposal.zone} soonHours={12} /> : null}>
      <Form method="post" className="grid gap-3">
        {proposal.seen === null ? null : <input type="hidden" name="seen" value={proposal.seen} />}
        {mine ? <p>You proposed this, so somebody else has to approve it. You can take it back.</p> : null}
        {!mine && !mayApprove ? <p>Only a lead can answer this.</p> : null}
        {mine || mayApprove ? (
          <TextareaField label={mine ? "Why you take it back" : "Why you reject it"} hint={mine ? undefined : "The analyst reads it. Approving takes no words."} name="reason" rows={2} defaultValue={answered?.reason} errors={answered?.fieldErrors.reason} />
        ) : null}
        <div className="flex flex-wrap gap-2">
          {mine ? (
            <Button type="submit" name="intent" value="withdraw" disabled={busy}>
              Take it back
            </Button>
          ) : mayApprove ? (
            <>
              <Button type="submit" name="intent" value="approve" variant="danger" disabled={busy || proposal.preview === null}>
                Approve: it takes effect now
              </Button>
              <Button type="submit" name="intent" value="reject" disabled={busy}>
                Reject
              </Button>
            </>
          ) : null}
        </div>
      </Form>
    </Panel>
  );
}

import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { UserCheck } from "lucide-react";
import type { ReactNode } from "react";
import { ButtonLink } from "~/components/button";
import { Callout } from "~/components/flash";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { bulksWithProposals } from "~/modules/bulk/bulk.queries.server";
import { pendingInterims, pendingProposals } from "~/modules/enforcement/approvals.queries.server";
import { returnedProposals } from "~/modules/enforcement/returned-proposals.queries.server";
import { waitingRuleMeasures } from "~/modules/enforcement/rule-measures.queries.server";
import { askedAutomations } from "~/modules/signals/rule-automation.queries.server";
import { areaName } from "~/modules/policy/areas";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

export const meta: MetaFunction = () => [{ title: "Approvals · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const after = new URL(request.url).searchParams.get("after");
  const pending = await pendingProposals(context.deps, after);
  await noteOutcomeSeen(context.deps, actor, { decisionIds: pending.proposals.map(({ decisionId }) => decisionId) });
  return { ...pending, returned: after ? [] : await returnedProposals(context.deps, actor.id), bulks: await bulksWithProposals(context.deps.db), interims: after ? [] : await pendingInterims(context.deps), byRules: after ? [] : await waitingRuleMeasures(context.deps), switches: after ? [] : await askedAutomations(context.deps), me: actor.id, now: context.deps.clock().toISO() };
}

export default function Approvals() {
  const { proposals, returned, bulks, interims, byRules, switches, next, me, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Approvals" lead="Decisions that take a second person: termination, referral to law enforcement, long suspensions. Whoever proposed one cannot approve it." />
      {returned.length > 0 ? (
        <Panel title="Came back to you" id="returned" flush className="mb-4">
          <ul className="divide-y divide-line">
            {returned.map((one) => (
              <li key={one.id} className="px-4 py-3">
                <p className="font-medium">
                  <TextLink to={one.path}>{one.businessName}</TextLink>
                </p>
                <p className="text-sm">{returnedWhat[one.what]}{one.how === "expired" ? "Nobody answered in 72 hours; nothing of it took effect." : `A second person did not agree: “${one.reason}”`}</p>
                <p className="text-sm text-muted">
                  {one.reference} · {areaName(one.area)} on {one.platformName} · case {one.caseReference} · <Time at={one.at} now={now} zone={one.zone} />
                </p>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {bulks.length > 0 ? (
        <Callout className="mb-4" title="Some were proposed together">
          <ul className="list-disc pl-5">
            {bulks.map(({ id, reference, count, by, byId }) => (
              <li key={id}>
                <TextLink to={`/bulk/${id}`}>
                  {reference}: {count.toLocaleString("en-US")} proposals by {byId === me ? "you" : by}
                </TextLink>
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      {interims.length > 0 ? (
        <Panel title="Interim measures" id="interim" flush className="mb-4">
          <ul className="divide-y divide-line">
            {interims.map((interim) => (
              <WaitingLine key={`${interim.id} ${interim.kind}`} to={`/actions/${interim.id}`} about={interim.businessName} what={`Proposed while the case is looked into: ${interim.kind}`} until={interim} now={now}>
                {interim.reference} · {areaName(interim.area)} on {interim.platformName} · case {interim.caseReference} · proposed by {interim.proposerId === me ? "you" : interim.proposer}
              </WaitingLine>
            ))}
          </ul>
        </Panel>
      ) : null}
      {byRules.length > 0 ? (
        <Panel title="Interim measures that rules propose" id="by-rules" flush className="mb-4">
          <ul className="divide-y divide-line">
            {byRules.map((one) => (
              <WaitingLine key={one.id} to={`/cases/${one.caseReference}#interim`} about={one.businessName} what={`Proposed by a rule: ${one.measure}`} until={one} now={now}>
                {one.title}, {one.clauseCode} · {areaName(one.area)} on {one.platformName} · case {one.caseReference}
              </WaitingLine>
            ))}
          </ul>
        </Panel>
      ) : null}
      {switches.length > 0 ? (
        <Panel title="Rules that are to take measures by themselves" id="switches" flush className="mb-4">
          <ul className="divide-y divide-line">
            {switches.map((one) => (
              <WaitingLine key={one.id} to={one.path} about={one.title} until={one} now={now}>
                {one.clauseCode} on {one.platformName} · asked for by {one.askedBy}
              </WaitingLine>
            ))}
          </ul>
        </Panel>
      ) : null}
      <Panel flush>
        {proposals.length === 0 ? (
          <EmptyState title="Nothing waits for a second person" icon={<UserCheck aria-hidden="true" className="size-8" />}>
            A proposal appears here the moment somebody makes one.
          </EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {proposals.map((proposal) => (
              <WaitingLine key={proposal.id} to={proposal.path} about={proposal.businessName} what={`Proposed: ${proposal.measure}`} until={proposal} now={now}>
                {proposal.reference} · {areaName(proposal.area)} on {proposal.platformName} · case {proposal.caseReference} · proposed by {proposal.proposerId === me ? "you" : proposal.proposer}
              </WaitingLine>
            ))}
          </ul>
        )}
      </Panel>
      {next ? (
        <div className="mt-4">
          <ButtonLink to={`?after=${next}`}>Later ones</ButtonLink>
        </div>
      ) : null}
    </>
  );
}

interface Waiting {
  to: string;
  about: string;
  what?: string;
  until: { expiresAt: string; zone: string };
  now: string;
  children: ReactNode;
}

const returnedWhat = {
  decision: "",
  change: "A change of an action. ",
  interim: "An interim measure. ",
  extension: "More days of an interim measure. ",
} as const;

/** What waits for somebody, and until when. */
function WaitingLine({ to, about, what, until, now, children }: Waiting) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0">
        <p className="font-medium">
          <TextLink to={to}>{about}</TextLink>
        </p>
        {what ? <p className="text-sm">{what}</p> : null}
        <p className="text-sm text-muted">{children}</p>
      </div>
      <Deadline at={until.expiresAt} now={now} zone={until.zone} soonHours={12} />
    </li>
  );
}

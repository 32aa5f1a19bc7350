import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { UserCheck } from "lucide-react";
import { ButtonLink } from "~/components/button";
import { Callout } from "~/components/flash";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Deadline } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { bulksWithProposals } from "~/modules/bulk/bulk.queries.server";
import { pendingInterims, pendingProposals, type ProposalRow } from "~/modules/enforcement/approvals.queries.server";
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
  return { ...pending, bulks: await bulksWithProposals(context.deps.db), interims: after ? [] : await pendingInterims(context.deps), byRules: after ? [] : await waitingRuleMeasures(context.deps), switches: after ? [] : await askedAutomations(context.deps), me: actor.id, now: context.deps.clock().toISO() };
}

export default function Approvals() {
  const { proposals, bulks, interims, byRules, switches, next, me, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Approvals" lead="Decisions that take a second person: termination, referral to law enforcement, long suspensions. Whoever proposed one cannot approve it." />
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
              <li key={`${interim.id} ${interim.kind}`} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
                <div className="min-w-0">
                  <p className="font-medium">
                    <TextLink to={`/actions/${interim.id}`}>{interim.businessName}</TextLink>
                  </p>
                  <p className="text-sm">Proposed while the case is looked into: {interim.kind}</p>
                  <p className="text-sm text-muted">
                    {interim.reference} · {areaName(interim.area)} on {interim.platformName} · case {interim.caseReference} · proposed by {interim.proposerId === me ? "you" : interim.proposer}
                  </p>
                </div>
                <Deadline at={interim.expiresAt} now={now} zone={interim.zone} soonHours={12} />
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {byRules.length > 0 ? (
        <Panel title="Interim measures that rules propose" id="by-rules" flush className="mb-4">
          <ul className="divide-y divide-line">
            {byRules.map((one) => (
              <li key={one.id} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
                <div className="min-w-0">
                  <p className="font-medium">
                    <TextLink to={`/cases/${one.caseReference}#interim`}>{one.businessName}</TextLink>
                  </p>
                  <p className="text-sm">Proposed by a rule: {one.measure}</p>
                  <p className="text-sm text-muted">
                    {one.title}, {one.clauseCode} · {areaName(one.area)} on {one.platformName} · case {one.caseReference}
                  </p>
                </div>
                <Deadline at={one.expiresAt} now={now} zone={one.zone} soonHours={12} />
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      {switches.length > 0 ? (
        <Panel title="Rules that are to take measures by themselves" id="switches" flush className="mb-4">
          <ul className="divide-y divide-line">
            {switches.map((one) => (
              <li key={one.id} className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
                <div className="min-w-0">
                  <p className="font-medium">
                    <TextLink to={one.path}>{one.title}</TextLink>
                  </p>
                  <p className="text-sm text-muted">
                    {one.clauseCode} on {one.platformName} · asked for by {one.askedBy}
                  </p>
                </div>
                <Deadline at={one.expiresAt} now={now} zone={one.zone} soonHours={12} />
              </li>
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
              <ProposalLine key={proposal.id} proposal={proposal} mine={proposal.proposerId === me} now={now} />
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

function ProposalLine({ proposal, mine, now }: { proposal: ProposalRow; mine: boolean; now: string }) {
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 px-4 py-3">
      <div className="min-w-0">
        <p className="font-medium">
          <TextLink to={proposal.path}>
            {proposal.businessName}
          </TextLink>
        </p>
        <p className="text-sm">Proposed: {proposal.measure}</p>
        <p className="text-sm text-muted">
          {proposal.reference} · {areaName(proposal.area)} on {proposal.platformName} · case {proposal.caseReference} · proposed by {mine ? "you" : proposal.proposer}
        </p>
      </div>
      <Deadline at={proposal.expiresAt} now={now} zone={proposal.zone} soonHours={12} />
    </li>
  );
}

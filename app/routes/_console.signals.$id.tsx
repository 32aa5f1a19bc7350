import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { absoluteTime } from "~/components/time-format";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { ModePill } from "~/modules/signals/rule-history";
import { isEventRule, isRuleCode, ruleCatalogue } from "~/modules/signals/rules/rule-catalogue";
import { figure, measuresInWords, ruleTitle } from "~/modules/signals/signal-words";
import { signalById } from "~/modules/signals/signals.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `${loaded ? ruleTitle(loaded.signal.rule) : "Signal"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  await requireStaff(request, context, "signal:read");
  const found = isId(params.id) ? await signalById(context.deps.db, params.id) : null;
  if (!found) throw data({ sentence: "No signal has this id." }, { status: 404 });
  const { signal, events } = found;
  return {
    ...found,
    signal: { ...signal, createdAt: signal.createdAt.toISOString(), windowStart: signal.windowStart.toISOString(), windowEnd: signal.windowEnd.toISOString(), retractedAt: signal.retractedAt?.toISOString() ?? null },
    events: events.map((event) => ({ ...event, occurredAt: event.occurredAt.toISOString() })),
    now: context.deps.clock().toISO(),
  };
}

/** Where no event lies beside a signal: what it rests on instead. */
function restsOn(rule: string, events: number): string {
  if (isRuleCode(rule) && !isEventRule(rule)) return "It rests on what the account shares with one that may not send: its page lists both under Linked accounts.";
  return events > 0 ? `It rests on ${figure(events)} events by their ids.` : "Its proof is the counts of its window.";
}

/** How much of the proof stands here, and the way to all of it. @param of null: as many as there are in the window */
function ProofShown({ id, rule, shown, of }: { id: string; rule: string; shown: number; of: number | null }) {
  if (!isEventRule(rule)) return null;
  return (
    <span className="flex flex-wrap gap-x-3 text-sm text-muted">
      {of === null ? `The first ${figure(shown)} are shown` : `${figure(shown)} shown of ${figure(of)}`}
      {of === null || of > 0 ? (
        <a href={`/signals/${id}/events.csv`} download className="underline underline-offset-2">
          All as a file
        </a>
      ) : null}
    </span>
  );
}

export default function Signal() {
  const { signal, platform, events, eventCount, selects, points, now } = useLoaderData<typeof loader>();
  const seen = { now, zone: platform.zone };
  const version = `Version ${signal.version}`;
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Signals", to: `/signals?platform=${platform.key}` }, { label: ruleTitle(signal.rule) }]}
        title={ruleTitle(signal.rule)}
        status={signal.retractedAt ? <StatusPill shape="bar">Taken back</StatusPill> : <ModePill mode={signal.mode} />}
        lead={measuresInWords(signal.measures)[0]}
      />
      {signal.retractedAt ? (
        <Callout tone="warn" className="mb-4">
          Events that came late did not bear it out. It was taken back <Time at={signal.retractedAt} {...seen} /> and does not count.
        </Callout>
      ) : null}
      {signal.ambiguous ? (
        <Callout tone="info" className="mb-4">
          It rests on contacts who may be in several time zones, and is a breach in each of them.
        </Callout>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-[360px_minmax(0,1fr)]">
        <Panel title="What was found" id="found" className="min-w-0">
          <Facts
            facts={[
              { name: "Account", value: <TextLink to={`/accounts/${signal.accountId}`}>{signal.accountName}</TextLink> },
              { name: "Case", value: signal.caseReference ? <TextLink to={`/cases/${signal.caseReference}`}>{signal.caseReference}</TextLink> : signal.mode === "shadow" ? "None: a shadow counts nowhere" : "None yet" },
              { name: "Clause", value: signal.clause },
              { name: "Rule", value: isRuleCode(signal.rule) && ruleCatalogue[signal.rule].clauses.includes(signal.clause) ? <TextLink to={`/settings/rules/${platform.key}/${signal.rule}`}>{version}</TextLink> : version },
              { name: "Window", value: `${absoluteTime(signal.windowStart, platform.zone)} to ${absoluteTime(signal.windowEnd, platform.zone)}` },
              { name: "Observed", value: figure(signal.observed) },
              { name: "Threshold", value: figure(signal.threshold) },
              ...measuresInWords(signal.measures).map((value, index) => ({ key: `measure-${index}`, name: index === 0 ? "Counted" : "", value })),
              { name: "Score", value: `${signal.score} of 100, ${figure(points)} points towards a case` },
              { name: "Recorded", value: <Time at={signal.createdAt} {...seen} /> },
            ]}
          />
        </Panel>
        <Panel title="Events that prove it" id="proof" flush className="min-w-0" aside={<ProofShown id={signal.id} rule={signal.rule} shown={events.length} of={selects ? null : Math.max(eventCount, events.length)} />}>
          <DataTable
            caption="Events that prove it"
            rows={events}
            rowKey={(event) => event.eventId}
            empty={<EmptyState title="No event is kept beside it">{restsOn(signal.rule, eventCount)}</EmptyState>}
            columns={[
              { key: "at", header: "When", cell: (event) => <time dateTime={event.occurredAt}>{absoluteTime(event.occurredAt, platform.zone)}</time> },
              { key: "type", header: "What", cell: (event) => [event.type, event.category].filter(Boolean).join(", ") },
              { key: "contact", header: "Contact", cell: (event) => <span className="font-mono text-xs">{event.contact ?? "—"}</span> },
              { key: "template", header: "Template", from: "xl", cell: (event) => <span className="wrap-anywhere">{event.templateId ?? "—"}</span> },
              { key: "id", header: "Event", from: "md", cell: (event) => <span className="font-mono text-xs wrap-anywhere">{event.eventId}</span> },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

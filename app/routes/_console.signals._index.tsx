import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Activity, ArrowUp } from "lucide-react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { controlLook } from "~/components/field";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { usePulse } from "~/components/use-pulse";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { ModePill } from "~/modules/signals/rule-history";
import { modeNames } from "~/modules/signals/rule-in-words";
import { ruleCodes, ruleModes } from "~/modules/signals/rules/rule-catalogue";
import { signalFilterSchema } from "~/modules/signals/signal-filter.schema";
import { countSetAside } from "~/modules/signals/lateness.queries.server";
import { mostNew, type SignalPulse } from "~/modules/signals/signal-pulse";
import { SignalTabs } from "~/modules/signals/signal-tabs";
import { measuresInWords, ruleTitle } from "~/modules/signals/signal-words";
import { newestSignal, signalPage } from "~/modules/signals/signals.queries.server";

export const meta: MetaFunction = () => [{ title: "Signals · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const filter = signalFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === (filter.platform ?? "customerflows")) ?? platforms[0] ?? null;
  const page = platform ? await signalPage(deps.db, platform.id, filter) : { rows: [], next: null };
  return {
    platforms,
    filter: { ...filter, platform: platform?.key },
    rows: page.rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), windowStart: row.windowStart.toISOString(), windowEnd: row.windowEnd.toISOString(), retractedAt: row.retractedAt?.toISOString() ?? null })),
    next: page.next,
    marker: platform ? await newestSignal(deps.db, platform.id, filter) : "",
    setAside: await countSetAside(deps),
    now: deps.clock().toISO(),
  };
}

const narrow = "max-w-full min-h-8! w-auto! px-2! text-sm!";

export default function Signals() {
  const { platforms, filter, rows, next, now, setAside, marker } = useLoaderData<typeof loader>();
  const { after, ...kept } = filter;
  const query = Object.fromEntries(Object.entries(kept).filter(([, value]) => value)) as Record<string, string>;
  const address = (more: Record<string, string>) => `/signals?${new URLSearchParams({ ...query, ...more })}`;
  const pulseQuery = new URLSearchParams({ ...query, marker });
  for (const { id } of rows) pulseQuery.append("id", id);
  const pulse = usePulse<SignalPulse>(`/signals/pulse?${pulseQuery}`);
  const news = new Map(pulse?.listed.map((update) => [update.id, update]));
  const fresh = pulse?.fresh ?? 0;
  return (
    <>
      <PageHeader title="Signals" lead="What the detection rules found in message events, newest first. A shadow is on record and counts in no case." />
      <SignalTabs current="found" platform={filter.platform} />
      {setAside > 0 ? (
        <Callout tone="warn" className="mt-3">
          {setAside === 1 ? "The events of one account are" : `The events of ${setAside} accounts are`} not judged, because they fail. <TextLink to="/signals/lateness#aside">See which</TextLink>
        </Callout>
      ) : null}
      <Form key={new URLSearchParams(query).toString()} method="get" aria-label="Narrow the list" className="flex flex-wrap items-center gap-2 py-3">
        <SelectControl name="platform" aria-label="Platform" defaultValue={filter.platform ?? ""} options={platforms.map(({ key, name }) => ({ value: key, label: name }))} className={narrow} />
        <SelectControl name="rule" aria-label="Rule" defaultValue={filter.rule ?? ""} placeholder="Any rule" options={ruleCodes.map((rule) => ({ value: rule, label: ruleTitle(rule) }))} className={narrow} />
        <SelectControl name="mode" aria-label="Mode" defaultValue={filter.mode ?? ""} placeholder="Any mode" options={ruleModes.filter((mode) => mode !== "off").map((mode) => ({ value: mode, label: modeNames[mode] }))} className={narrow} />
        <SelectControl name="state" aria-label="State" defaultValue={filter.state ?? ""} placeholder="Any state" options={[{ value: "standing", label: "Standing" }, { value: "taken_back", label: "Taken back" }]} className={narrow} />
        <SelectControl name="case" aria-label="Case" defaultValue={filter.case ?? ""} placeholder="With or without a case" options={[{ value: "with", label: "In a case" }, { value: "without", label: "In no case" }]} className={narrow} />
        <input name="account" aria-label="Account, by the platform's id" placeholder="Account's id" defaultValue={filter.account ?? ""} className={`${controlLook} ${narrow}`} />
        <Button type="submit" size="sm">
          Narrow
        </Button>
      </Form>
      <div role="status">
        {fresh > 0 ? (
          <Link to={address({})} className="mb-3 flex min-h-9 items-center justify-center gap-2 rounded-md border border-accent bg-accent-soft px-3 text-sm font-medium text-accent">
            <ArrowUp aria-hidden="true" className="size-4" />
            {`${fresh === mostNew ? `${fresh} or more` : fresh} new ${fresh === 1 ? "signal" : "signals"} — show`}
          </Link>
        ) : null}
      </div>
      <Panel flush>
        <DataTable
          caption="Signals"
          rows={rows}
          rowKey={(row) => row.id}
          empty={
            <EmptyState title="No signal fits" icon={<Activity aria-hidden="true" className="size-8" />}>
              Signals appear when a rule finds something in the events a platform sends. What each rule does is set under Settings, Rules.
            </EmptyState>
          }
          columns={[
            {
              key: "rule",
              header: "Found",
              cell: (row) => (
                <span className="grid gap-0.5">
                  <Link to={`/signals/${row.id}`} className="font-medium underline-offset-2 hover:underline">
                    {ruleTitle(row.rule)}
                  </Link>
                  <span className="text-muted">{measuresInWords(row.measures)[0] ?? ""}</span>
                </span>
              ),
            },
            {
              key: "account",
              header: "Account",
              cell: (row) => (
                <Link to={`/accounts/${row.accountId}`} className="wrap-anywhere underline-offset-2 hover:underline">
                  {row.accountName}
                </Link>
              ),
            },
            { key: "mode", header: "Mode", from: "md", cell: (row) => (news.get(row.id)?.retracted ?? row.retractedAt !== null ? <StatusPill shape="bar">Taken back</StatusPill> : <ModePill mode={row.mode} />) },
            { key: "score", header: "Score", from: "lg", align: "right", cell: (row) => <span className="tabular-nums">{news.get(row.id)?.score ?? row.score} of 100</span> },
            { key: "case", header: "Case", from: "sm", cell: (row) => <CaseLink reference={news.has(row.id) ? news.get(row.id)!.caseReference : row.caseReference} /> },
            { key: "when", header: "Recorded", from: "sm", align: "right", cell: (row) => <Time at={row.createdAt} now={now} zone="UTC" brief /> },
          ]}
        />
      </Panel>
      <Pagination previous={after ? address({}) : null} next={next && address({ after: next })} label="Pages of signals" />
    </>
  );
}

const CaseLink = ({ reference }: { reference: string | null }) =>
  reference ? (
    <Link to={`/cases/${reference}`} className="font-mono text-xs underline underline-offset-2">
      {reference}
    </Link>
  ) : (
    "—"
  );

import { Form, Link, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { FilterLinks } from "~/components/filter-links";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { Pagination } from "~/components/pagination";
import { Facts, Panel } from "~/components/panel";
import { Progress } from "~/components/progress";
import { Time } from "~/components/time";
import { figure } from "../signal-words";
import { ruleCatalogue } from "../rules/rule-catalogue";
import type { BacktestAccountRow, BacktestPage } from "./backtest.queries.server";
import { backtestSides, changes, precisionOf, type Change } from "./backtest-totals";
import { changeNames, decidedInWords, precisionInWords, sideNames, verdictNames } from "./backtest-words";
import { BacktestStatePill } from "./backtests-panel";

const addressOf = ({ platform, rule, id }: BacktestPage) => `/settings/rules/${platform.key}/${rule}/backtests/${id}`;

/** What is tried, over which events, and how far it is. */
export function BacktestProgress({ page, now, mayCancel, errors }: { page: BacktestPage; now: string; mayCancel: boolean; errors: readonly string[] }) {
  const { zone } = page.platform;
  const busy = useNavigation().state === "submitting";
  return (
    <Panel title={`Back-test: ${ruleCatalogue[page.rule].title}`} id="backtest" aside={<BacktestStatePill state={page.state} />}>
      <div className="grid gap-4">
        {errors.length > 0 ? <Callout tone="danger" role="alert" title="Nothing was changed">{errors.join(" ")}</Callout> : null}
        <Facts
          facts={[
            { name: "Tried", value: page.changes.length > 0 ? page.changes.join(" ") : "The rule as it is" },
            { name: "Beside", value: `Version ${page.presentVersion}, as if both had been in force all the time` },
            ...(page.version ? [{ name: "Version", value: `${page.version}` }] : []),
            ...(page.keptWith.length > 0 ? [{ name: "Kept with", value: page.keptWith.map((version) => `version ${version}`).join(", ") }] : []),
            { name: "Judged from", value: <Time at={page.from} now={now} zone={zone} /> },
            { name: "Until", value: <Time at={page.to} now={now} zone={zone} /> },
            { name: "Read from", value: <Time at={page.readFrom} now={now} zone={zone} /> },
            { name: "Started", value: <>{page.startedBy}, <Time at={page.createdAt} now={now} zone={zone} /></> },
            ...(page.endedAt ? [{ name: page.cancelledBy ? `Cancelled by ${page.cancelledBy}` : "Ended", value: <Time at={page.endedAt} now={now} zone={zone} /> }] : []),
            ...(page.state === "running" ? [] : [{ name: "Events read", value: figure(page.events) }]),
          ]}
        />
        {page.state === "running" ? (
          <>
            <Progress label="Read so far" value={page.progress} max={page.progressOf} unit="parts" />
            <p className="text-sm text-muted">
              It goes on when you leave this page, and takes its time so that new events are judged first.{" "}
              <Link to={addressOf(page)} reloadDocument className="underline underline-offset-2">
                Look again now
              </Link>
            </p>
            {mayCancel ? (
              <Form method="post">
                <Button type="submit" name="intent" value="cancel" variant="danger" disabled={busy}>
                  Cancel it
                </Button>
              </Form>
            ) : null}
          </>
        ) : null}
        {page.state === "cancelled" ? <p>It was cancelled before everything was read, so it has no result.</p> : null}
        {page.state === "failed" ? <Callout tone="danger" title="It broke every time it was tried">The log of the worker says why. Start it again, or tell an admin.</Callout> : null}
      </div>
    </Panel>
  );
}

/** Three counts of the same days, side by side, with what people decided about the accounts. */
export function BacktestComparison({ page: { totals } }: { page: BacktestPage }) {
  const rows = backtestSides.map((name) => ({ name, ...totals.sides[name] }));
  return (
    <Panel title="What was found" id="found" flush>
      <DataTable
        caption="What fired, what the rule as it is finds, and what the change finds"
        rows={rows}
        rowKey={({ name }) => name}
        columns={[
          { key: "side", header: "By", cell: ({ name }) => sideNames[name] },
          { key: "accounts", header: "Accounts", align: "right", cell: (row) => figure(precisionOf(row).accounts) },
          { key: "signals", header: "Signals", align: "right", cell: ({ signals }) => figure(signals) },
          { key: "findings", header: "Findings", align: "right", from: "md", cell: ({ name, findings }) => (name === "fired" ? "—" : figure(findings)) },
          {
            key: "precision",
            header: "In breach, of the decided",
            cell: (row) => (
              <>
                {precisionInWords(row)}
                <span className="block text-xs text-muted">{decidedInWords(row)}</span>
              </>
            ),
          },
        ]}
      />
      <p className="max-w-prose px-4 py-3 text-sm text-muted">
        Decided: a decision on the account's case in this area since the first day. In breach: it found a breach of the rule's clause, and that stands. The range is the 95 % Wilson interval. What fired then was judged by the versions in force then, shadows included.
      </p>
    </Panel>
  );
}

interface Shown {
  page: BacktestPage;
  rows: readonly BacktestAccountRow[];
  next: string | null;
  change: Change | null;
  paged: boolean;
}

/** Who appears, who vanishes, who stays. */
export function BacktestAccounts({ page, rows, next, change, paged }: Shown) {
  const address = (query: Record<string, string>) => `${addressOf(page)}?${new URLSearchParams({ ...(change ? { change } : {}), ...query })}#accounts`;
  const { changes: counts } = page.totals;
  const all = changes.reduce((sum, each) => sum + counts[each], 0);
  return (
    <Panel
      title="Accounts"
      id="accounts"
      flush
      aside={
        <a href={`/backtests/${page.id}/accounts.csv`} download className="underline underline-offset-2">
          Download as CSV
        </a>
      }
    >
      <FilterLinks
        label="Accounts by what changes"
        links={[
          { to: `${addressOf(page)}#accounts`, current: change === null, label: `All ${figure(all)}` },
          ...changes.map((each) => ({ to: `${addressOf(page)}?change=${each}#accounts`, current: change === each, label: `${changeNames[each]} ${figure(counts[each])}` })),
        ]}
      />
      {page.accountsKept < all ? <p className="px-4 py-2 text-sm text-muted">{`Listed are ${figure(page.accountsKept)} of ${figure(all)}; all of them are counted.`}</p> : null}
      <DataTable
        caption="Accounts with the most signals first"
        rows={rows}
        rowKey={({ accountId }) => accountId}
        empty={<EmptyState title={all === 0 ? "No account is found by any of the three" : "No account is here"}>{all === 0 ? "Nothing fired in these days, and neither version finds anything in them." : "Choose another list above."}</EmptyState>}
        columns={[
          {
            key: "account",
            header: "Account",
            cell: (row) => (
              <>
                <Link to={`/accounts/${row.accountId}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
                  {row.businessName}
                </Link>
                <span className="block text-xs text-muted wrap-anywhere">{row.externalId}</span>
              </>
            ),
          },
          { key: "change", header: "Change", cell: ({ change: what }) => changeNames[what] },
          {
            key: "fired",
            header: "Fired then",
            align: "right",
            from: "sm",
            cell: (row) => (row.firedSignals > 0 ? <TextLink to={`/signals?platform=${page.platform.key}&rule=${page.rule}&account=${encodeURIComponent(row.externalId)}`}>{figure(row.firedSignals)}</TextLink> : "0"),
          },
          { key: "present", header: "As it is", align: "right", cell: (row) => <Counted signals={row.presentSignals} findings={row.presentFindings} /> },
          { key: "candidate", header: "The change", align: "right", cell: (row) => <Counted signals={row.candidateSignals} findings={row.candidateFindings} /> },
          { key: "verdict", header: "Decided", from: "sm", cell: ({ verdict }) => verdictNames[verdict] },
        ]}
      />
      <div className="px-3 pb-3">
        <Pagination previous={paged ? address({}) : null} next={next === null ? null : address({ after: next })} label="Pages of accounts" />
      </div>
    </Panel>
  );
}

function Counted({ signals, findings }: { signals: number; findings: number }) {
  return (
    <>
      {figure(signals)}
      {findings > signals ? <span className="block text-xs text-muted">{`${figure(findings)} findings`}</span> : null}
    </>
  );
}

import { Form, Link } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { absoluteTime } from "~/components/time-format";
import { figure } from "./signal-words";

export interface SetAside {
  accountId: string;
  name: string;
  platformName: string;
  since: string;
  reason: string;
  times: number;
  releasedAt: string | null;
  waiting: number;
  more: boolean;
  /** When the store drops the first event that waits. */
  dropsAt: string | null;
}

/** Accounts whose events are not judged, and how they come back. */
export function SetAsidePanel({ rows, mayRelease, now }: { rows: readonly SetAside[]; mayRelease: boolean; now: string }) {
  return (
    <Panel title="Accounts set aside" id="aside" flush>
      <p className="max-w-prose px-4 py-3 text-sm text-muted">
        Judging or writing the events of these accounts failed again and again, so nothing is found about them now. Their events are kept. Once the cause is mended, release them: everything since is judged, in order.
      </p>
      <DataTable
        caption="Accounts set aside"
        rows={rows}
        rowKey={(row) => row.accountId}
        empty={<EmptyState title="Nobody is set aside">The events of every account are judged.</EmptyState>}
        columns={[
          {
            key: "account",
            header: "Account",
            cell: (row) => (
              <span className="grid gap-0.5">
                <Link to={`/accounts/${row.accountId}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
                  {row.name}
                </Link>
                <span className="text-muted">{row.platformName}</span>
                <span className="text-muted sm:hidden">{row.reason}</span>
              </span>
            ),
          },
          {
            key: "why",
            header: "Why",
            from: "sm",
            cell: (row) => (
              <span className="grid gap-0.5">
                <span className="font-mono text-xs wrap-anywhere">{row.reason}</span>
                {row.times > 1 ? <span className="text-muted">{`Set aside ${row.times} times`}</span> : null}
              </span>
            ),
          },
          { key: "since", header: "Since", from: "sm", cell: (row) => <Time at={row.since} now={now} zone="UTC" brief /> },
          { key: "waiting", header: "Events that wait", from: "md", align: "right", cell: (row) => `${figure(row.waiting)}${row.more ? " or more" : ""}` },
          { key: "drops", header: "First is dropped", from: "lg", align: "right", cell: (row) => (row.dropsAt ? <time dateTime={row.dropsAt}>{absoluteTime(row.dropsAt, "UTC")}</time> : "—") },
          {
            key: "release",
            header: <span className="sr-only">Action</span>,
            align: "right",
            cell: (row) =>
              row.releasedAt ? (
                <StatusPill tone="info">Being caught up with</StatusPill>
              ) : mayRelease ? (
                <Form method="post">
                  <input type="hidden" name="accountId" value={row.accountId} />
                  <Button type="submit" size="sm" aria-label={`Release ${row.name}`}>
                    Release
                  </Button>
                </Form>
              ) : (
                <StatusPill tone="warn">Not judged</StatusPill>
              ),
          },
        ]}
      />
    </Panel>
  );
}

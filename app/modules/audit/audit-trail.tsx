import { Link } from "@remix-run/react";
import { ScrollText, ShieldAlert, ShieldCheck } from "lucide-react";
import { DataTable, type Column } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { AuditRow } from "./audit.queries.server";
import type { ChainReport } from "./verify-chain.server";

export type TrailRow = Omit<AuditRow, "at"> & { at: string };

const who = (row: TrailRow): string => row.actorName ?? [row.actorKind.replaceAll("_", " "), row.actorId].filter(Boolean).join(" ");

function factsOf(body: string): [string, string][] {
  try {
    const { facts } = JSON.parse(body) as { facts?: Record<string, unknown> };
    return Object.entries(facts ?? {}).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  } catch {
    return [["body", body]];
  }
}

function Facts({ row }: { row: TrailRow }) {
  const facts = factsOf(row.body);
  return (
    <details>
      <summary className="cursor-pointer text-muted">{facts.length === 1 ? "1 fact" : `${facts.length} facts`} and the hash</summary>
      <dl className="mt-1 grid gap-x-3 text-xs sm:grid-cols-[auto_1fr]">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="wrap-anywhere">{value}</dd>
          </div>
        ))}
        <dt className="text-muted">hash</dt>
        <dd className="font-mono wrap-anywhere">{row.hash}</dd>
      </dl>
    </details>
  );
}

/** The audit trail, newest first. */
export function AuditTrail({ rows, now }: { rows: readonly TrailRow[]; now: string }) {
  const columns: Column<TrailRow>[] = [
    { key: "seq", header: "Place", cell: (row) => <span className="tabular-nums">{row.seq}</span> },
    { key: "at", header: "When", cell: (row) => <Time at={row.at} now={now} zone="UTC" brief /> },
    { key: "type", header: "What", cell: (row) => <Link to={`?type=${encodeURIComponent(row.type)}`} className="inline-flex min-h-6 items-center underline underline-offset-2">{row.type}</Link> },
    { key: "who", header: "Who", cell: (row) => <span className="wrap-anywhere">{who(row)}</span> },
    {
      key: "about",
      header: "About",
      from: "md",
      cell: (row) => (
        <span className="flex flex-wrap gap-x-2">
          {row.caseReference ? <Link to={`/cases/${row.caseReference}`} className="inline-flex min-h-6 items-center underline underline-offset-2">{row.caseReference}</Link> : null}
          {row.accountName ? <Link to={`/accounts/${row.accountId}`} className="inline-flex min-h-6 items-center underline underline-offset-2">{row.accountName}</Link> : null}
        </span>
      ),
    },
    { key: "facts", header: "Facts", from: "sm", className: "min-w-56", cell: (row) => <Facts row={row} /> },
  ];
  return (
    <DataTable
      caption="Audit trail, newest first"
      columns={columns}
      rows={rows}
      rowKey={(row) => row.id}
      empty={
        <EmptyState title="No entry matches" icon={<ScrollText aria-hidden="true" className="size-8" />}>
          Every change and every look at personal data is recorded here. Widen the filter to see more.
        </EmptyState>
      }
    />
  );
}

/** What a verification of the whole chain found. */
export function ChainVerdict({ report }: { report: ChainReport }) {
  const Icon = report.ok ? ShieldCheck : ShieldAlert;
  return (
    <Panel id="verdict" title="Verification" className="mb-4">
      <p role="status" tabIndex={-1} className="flex items-start gap-2">
        <Icon aria-hidden="true" className={`mt-0.5 size-5 shrink-0 ${report.ok ? "text-ok" : "text-danger"}`} />
        <span>
          {report.ok
            ? `The chain is whole: ${report.checked.toLocaleString("en")} entries, each following the one before it.`
            : `The chain is broken: ${report.findings.length.toLocaleString("en")} of ${report.checked.toLocaleString("en")} entries checked were changed, removed or moved.`}
        </span>
      </p>
      {report.findings.length > 0 ? (
        <ul className="mt-2 list-disc pl-8 text-sm">
          {report.findings.slice(0, 50).map((finding, index) => (
            <li key={index}>
              <strong>{finding.fault}</strong>: {finding.explanation}
            </li>
          ))}
        </ul>
      ) : null}
      {report.head ? (
        <p className="mt-2 text-sm text-muted wrap-anywhere">
          End of the chain: entry {report.head.seq}, hash <code>{report.head.hash}</code>. Keep this hash elsewhere to prove later that nothing
          before it changed.
        </p>
      ) : null}
    </Panel>
  );
}

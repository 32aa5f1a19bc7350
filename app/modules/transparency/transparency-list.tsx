import { Form } from "@remix-run/react";
import { StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { SelectControl } from "~/components/inputs";
import { PlainLink, TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { blockerInWords } from "./public-facts";
import { outOfScopeReasons, statementStateLabels, statementStates, type StatementFilter, type StatementState } from "./statement-state";
import type { ExportablePlatform, ListedStatement } from "./statements.queries.server";

const tones: Record<StatementState, Tone> = { ready: "info", blocked: "warn", exported: "ok", superseded: "neutral", out_of_scope: "neutral" };

export const StatementStatePill = ({ state }: { state: StatementState }) => <StatusPill tone={tones[state]}>{statementStateLabels[state]}</StatusPill>;

/** Why it stands where it stands, in a sentence; null where the state says it all. */
export function whyInWords({ state, outOfScope, blockers, undoneAs, batch }: Pick<ListedStatement, "state" | "outOfScope" | "blockers" | "undoneAs" | "batch">): string | null {
  if (state === "blocked") return `The facts hold ${blockers.map(blockerInWords).join(", ")}.`;
  if (state === "out_of_scope") return outOfScopeReasons[outOfScope ?? ""] ?? null;
  if (state === "superseded") return batch ? `The decision was ${undoneAs} after this was handed over.` : `The decision was ${undoneAs} before this was handed over, so it is not.`;
  return null;
}

/** Works without JavaScript: the choices travel in the address. */
export function StatementFilters({ filter, platforms }: { filter: StatementFilter; platforms: readonly { key: string; name: string }[] }) {
  return (
    <Form method="get" className="mb-4 grid gap-2 sm:grid-cols-[repeat(2,minmax(0,14rem))_auto] sm:justify-start" aria-label="Narrow the list">
      <SelectControl name="state" aria-label="State" defaultValue={filter.state ?? ""} placeholder="Any state" options={statementStates.map((value) => ({ value, label: statementStateLabels[value] }))} />
      <SelectControl name="platform" aria-label="Platform" defaultValue={filter.platform ?? ""} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
      <Button type="submit">Show</Button>
    </Form>
  );
}

export function StatementList({ rows, now }: { rows: readonly ListedStatement[]; now: string }) {
  return (
    <DataTable
      caption="Statements of reasons, newest first"
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: "decision",
          header: "Statement",
          className: "min-w-40",
          cell: (row) => (
            <>
              <TextLink to={`/transparency/${row.id}`}>{row.decision ?? row.action?.reference}</TextLink>
              {row.action ? <span className="block text-muted">{row.decision ? `${row.action.kind} ${row.action.reference}, in place of another` : `${row.action.kind}, interim${row.extends ? ", extended" : row.replaces ? ", in place of another" : ""}`}</span> : null}
              <span className="block text-muted">{row.platform.name}</span>
            </>
          ),
        },
        {
          key: "state",
          header: "State",
          className: "min-w-44 max-w-md",
          cell: (row) => (
            <>
              <StatementStatePill state={row.state} />
              <span className="block text-muted">{whyInWords(row)}</span>
            </>
          ),
        },
        { key: "issued", header: "Issued", cell: (row) => <Time at={row.issuedAt} now={now} zone={row.platform.zone} brief /> },
        {
          key: "batch",
          header: "Batch",
          from: "md",
          cell: (row) => (row.batch ? <PlainLink href={`/transparency/batches/${row.batch.id}`}>No. {row.batch.number}</PlainLink> : "–"),
        },
      ]}
    />
  );
}

const statements = (count: number): string => `${count} statement${count === 1 ? "" : "s"}`;

/** What waits on one platform, the button that hands it over, and what was handed over last. */
export function PlatformExports({ platform, idempotencyKey, mayExport, now }: { platform: ExportablePlatform; idempotencyKey: string; mayExport: boolean; now: string }) {
  const { key, name, zone, exports, ready, blocked, batches } = platform;
  const next = Math.min(ready, 100);
  return (
    <Panel title={name} id={`exports-${key}`}>
      <p className="text-sm">
        {statements(ready)} ready, {blocked} held back until somebody rewrites the facts.
        {exports ? null : " The platform hands over no new ones."}
      </p>
      {mayExport && ready > 0 ? (
        <Form method="post" className="mt-3 grid gap-1 justify-items-start">
          <input type="hidden" name="platformKey" value={key} />
          <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
          <Button type="submit" variant="primary">
            Export {next === ready ? statements(next) : `the oldest ${next}`}
          </Button>
          <p className="text-sm text-muted">Each is checked again, marked as exported and never exported a second time.</p>
        </Form>
      ) : null}
      {batches.length > 0 ? (
        <ul className="mt-3 grid gap-1 text-sm">
          {batches.map((batch) => (
            <li key={batch.id}>
              <PlainLink href={`/transparency/batches/${batch.id}`}>Batch {batch.number}</PlainLink>: {statements(batch.size)}
              {batch.undone > 0 ? `, ${batch.undone} of ${batch.size} undone since` : ""} · <Time at={batch.at} now={now} zone={zone} brief />
            </li>
          ))}
        </ul>
      ) : null}
    </Panel>
  );
}

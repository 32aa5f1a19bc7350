import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { Kappa, Rate } from "./agreement";
import type { CalibrationFigures } from "./calibration.queries.server";

const percent = (share: number): string => `${(share * 100).toLocaleString("en-US", { maximumFractionDigits: 1 })} %`;
const decimal = (value: number): string => value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "12 of 15 (80 %)", with the range it lies in at 95 %. */
export function RateCell({ rate }: { rate: Rate }) {
  if (rate.share === null || rate.low === null || rate.high === null) return <span className="text-muted">0 of 0</span>;
  return (
    <span className="tabular-nums">
      {rate.count.toLocaleString("en-US")} of {rate.of.toLocaleString("en-US")} ({percent(rate.share)})
      <span className="block text-xs text-muted">
        95 %: {percent(rate.low)} to {percent(rate.high)}
      </span>
    </span>
  );
}

export function KappaCell({ kappa }: { kappa: Kappa }) {
  if (kappa.kappa === null) return <span className="text-muted">{kappa.why === "none" ? "Nothing compared yet" : `Not defined: all ${kappa.n} fell the same way`}</span>;
  return (
    <span className="tabular-nums">
      {decimal(kappa.kappa)} <span className="text-muted">(n = {kappa.n.toLocaleString("en-US")})</span>
      <span className="block text-xs text-muted">{kappa.low === null || kappa.high === null ? "Too few for a range" : `95 %: ${decimal(kappa.low)} to ${decimal(kappa.high)}`}</span>
    </span>
  );
}

const channelNames = { form: "Report form", email: "Email", api: "API", signal: "Signal", staff: "Opened by staff" } as const;
const nameOfChannel = (key: string): string => (Object.hasOwn(channelNames, key) ? channelNames[key as keyof typeof channelNames] : key);

export function AgreementPanels({ figures }: { figures: CalibrationFigures }) {
  const overall = [{ key: "all", name: "All cases", agreement: figures.agreement }, ...figures.byChannel.map(({ channel, agreement }) => ({ key: channel, name: channelNames[channel], agreement }))];
  return (
    <>
      <Panel title="Agreement of the second look with the first" flush>
        <DataTable
          caption="Agreement by channel"
          rows={overall}
          rowKey={(row) => row.key}
          columns={[
            { key: "what", header: "Came by", cell: (row) => row.name },
            { key: "outcome", header: "Same outcome", cell: (row) => <RateCell rate={row.agreement.outcome} /> },
            { key: "kappa", header: "Cohen’s kappa", cell: (row) => <KappaCell kappa={row.agreement.kappa} /> },
            { key: "clauses", header: "Same clauses", from: "md", cell: (row) => <RateCell rate={row.agreement.clauses} /> },
            { key: "rung", header: "Same rung", from: "md", cell: (row) => <RateCell rate={row.agreement.rung} /> },
          ]}
        />
        <p className="px-4 py-3 text-sm text-muted">Kappa is agreement beyond chance: 1 is full, 0 is what chance gives. Clauses and rungs are compared where both found a violation.</p>
      </Panel>
      <Panel title="Agreement by clause" flush>
        <DataTable
          caption="Agreement by clause"
          rows={figures.byClause}
          rowKey={(row) => row.clause}
          empty={<EmptyState title="No clause to compare yet">Figures appear with the first reviewed sample.</EmptyState>}
          columns={[
            { key: "clause", header: "Clause", cell: (row) => row.clause },
            { key: "agreed", header: "Named by both, of named by either", cell: (row) => <RateCell rate={row.agreed} /> },
            { key: "kappa", header: "Cohen’s kappa", cell: (row) => <KappaCell kappa={row.kappa} /> },
          ]}
        />
      </Panel>
    </>
  );
}

type Overturn = CalibrationFigures["overturns"]["byClause"][number];

function OverturnTable({ caption, first, rows, name }: { caption: string; first: string; rows: readonly Overturn[]; name: (key: string) => string }) {
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={(row) => row.key}
      empty={<EmptyState title="No violation was decided in this time">Rates appear with the first decision.</EmptyState>}
      columns={[
        { key: "key", header: first, cell: (row) => name(row.key) },
        { key: "overturned", header: "Overturned, of ruled on", cell: (row) => <RateCell rate={row.overturned} /> },
        { key: "changed", header: "Overturned or modified", from: "md", cell: (row) => <RateCell rate={row.changed} /> },
        { key: "appealed", header: "Appealed, of decided", cell: (row) => <RateCell rate={row.appealed} /> },
      ]}
    />
  );
}

export function OverturnPanels({ figures }: { figures: CalibrationFigures }) {
  const { all, byChannel, byClause } = figures.overturns;
  return (
    <>
      <Panel title="What appeals changed, by channel" flush>
        <OverturnTable caption="Overturn rates by channel" first="Came by" rows={[...(all ? [all] : []), ...byChannel]} name={(key) => (key === "all" ? "All cases" : nameOfChannel(key))} />
      </Panel>
      <Panel title="What appeals changed, by clause" flush>
        <OverturnTable caption="Overturn rates by clause" first="Clause" rows={byClause} name={(key) => key} />
        <p className="px-4 py-3 text-sm text-muted">A decision that names several clauses counts under each of them.</p>
      </Panel>
    </>
  );
}

const look = (outcome: string, clauses: readonly string[], rung: number | null): string => (outcome === "violation" ? `${clauses.join(", ")}${rung === null ? "" : `, rung ${rung}`}` : "No violation");

/** Only reviewed samples: what is still to be looked at blind is not shown here. */
export function Differing({ figures }: { figures: CalibrationFigures }) {
  return (
    <Panel title={`Where the looks differ: ${figures.differingCount.toLocaleString("en-US")} of ${figures.agreement.outcome.of.toLocaleString("en-US")}`} flush>
      <DataTable
        caption="Samples on which the two looks differ, the newest first"
        rows={figures.differing}
        rowKey={(row) => row.reference}
        empty={<EmptyState title="No difference found">Samples on which the two looks differ are listed here, to be talked over.</EmptyState>}
        columns={[
          { key: "case", header: "Case", cell: (row) => <TextLink to={`/cases/${row.caseReference}`}>{row.caseReference}</TextLink> },
          { key: "first", header: "Decided", cell: (row) => look(row.outcome, row.clauses, row.rung) },
          { key: "second", header: "Second look", cell: (row) => look(row.secondOutcome, row.secondClauses, row.secondRung) },
          { key: "at", header: "Reviewed", from: "md", cell: (row) => <Time at={row.reviewedAt} now={figures.now} zone="UTC" brief /> },
        ]}
      />
    </Panel>
  );
}

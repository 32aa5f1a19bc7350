import { Link } from "@remix-run/react";
import { cx } from "~/components/cx";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { ItemStatePill } from "./bulk-labels";
import { itemStateNames, itemStates, type ItemState } from "./bulk-state";
import type { BulkPage, ItemRow } from "./bulk.queries.server";

export type ItemView = Omit<ItemRow, "settledAt"> & { sentence: string | null };

/** Every item and what becomes of it, by result. */
export function BulkItems({ page, rows, next, state, paged }: { page: BulkPage; rows: readonly ItemView[]; next: number | null; state: ItemState | null; paged: boolean }) {
  const address = (query: Record<string, string>) => `/bulk/${page.id}?${new URLSearchParams({ ...(state ? { state } : {}), ...query })}#items`;
  const shown = itemStates.filter((each) => page.counts[each] > 0);
  return (
    <Panel
      title="Items"
      id="items"
      flush
      aside={
        <a href={`/bulk/${page.id}/items.csv`} download className="underline underline-offset-2">
          Download as CSV
        </a>
      }
    >
      <nav aria-label="Items by result" className="flex flex-wrap gap-1 border-b border-line px-3 py-2">
        <Filter to={`/bulk/${page.id}#items`} current={state === null}>
          All {page.total.toLocaleString("en-US")}
        </Filter>
        {shown.map((each) => (
          <Filter key={each} to={`/bulk/${page.id}?state=${each}#items`} current={state === each}>
            {itemStateNames[each]} {page.counts[each].toLocaleString("en-US")}
          </Filter>
        ))}
      </nav>
      <DataTable
        caption="Items in the order they were chosen"
        rows={rows}
        rowKey={({ position }) => String(position)}
        empty={<EmptyState title="No item has this result">Choose another result above.</EmptyState>}
        columns={[
          {
            key: "account",
            header: "Account",
            cell: (row) => (
              <>
                <Link to={`/accounts/${row.accountId}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
                  {row.businessName}
                </Link>
                <span className="block text-xs text-muted">
                  {row.caseReference ? <TextLink to={`/cases/${row.caseReference}`}>{row.caseReference}</TextLink> : "no case yet"} · {row.platformName}
                </span>
              </>
            ),
          },
          { key: "state", header: "Result", cell: (row) => <ItemStatePill state={row.state} /> },
          {
            key: "outcome",
            header: "Outcome",
            from: "sm",
            cell: (row) => (
              <>
                {row.sentence ?? row.outcome ?? "–"}
                {row.needsApproval && !row.sentence ? <span className="block text-xs text-muted">Takes a second person</span> : null}
              </>
            ),
          },
          {
            key: "decision",
            header: "Decision",
            from: "md",
            cell: (row) => (row.decisionId && row.decisionReference ? row.state === "proposed" ? <TextLink to={`/approvals/${row.decisionId}`}>{row.decisionReference}</TextLink> : <span className="font-mono text-xs">{row.decisionReference}</span> : "–"),
          },
        ]}
      />
      <div className="px-3 pb-3">
        <Pagination previous={paged ? address({}) : null} next={next === null ? null : address({ after: String(next) })} label="Pages of items" />
      </div>
    </Panel>
  );
}

function Filter({ to, current, children }: { to: string; current: boolean; children: React.ReactNode }) {
  return (
    <Link to={to} preventScrollReset aria-current={current ? "page" : undefined} className={cx("inline-flex min-h-7 items-center rounded-md px-2 font-medium", current ? "bg-accent-soft text-accent" : "text-muted hover:bg-hover hover:text-ink")}>
      {children}
    </Link>
  );
}

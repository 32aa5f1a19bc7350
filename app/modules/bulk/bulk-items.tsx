import { Link } from "@remix-run/react";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { FilterLinks } from "~/components/filter-links";
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
      <FilterLinks
        label="Items by result"
        links={[
          { to: `/bulk/${page.id}#items`, current: state === null, label: `All ${page.total.toLocaleString("en-US")}` },
          ...shown.map((each) => ({ to: `/bulk/${page.id}?state=${each}#items`, current: state === each, label: `${itemStateNames[each]} ${page.counts[each].toLocaleString("en-US")}` })),
        ]}
      />
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

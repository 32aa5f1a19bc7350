import { Link, useFetcher } from "@remix-run/react";
import { useRef } from "react";
import { Button } from "~/components/button";
import { cx } from "~/components/cx";
import { KeyHint } from "~/components/key-hint";
import { shortAge } from "~/components/time-format";
import { useShortcuts } from "~/components/use-shortcuts";
import { areaName } from "../policy/areas";
import { CaseStatePill, counted, EscalatedBadge, SeverityBadge } from "./case-labels";
import { isOpenCase } from "./case-state";
import type { QueueRow } from "./queue.queries.server";

/** A row as the page shows it: instants as text, the score as people read it. */
export type QueueRowView = Omit<QueueRow, "leaseExpiresAt" | "openedAt" | "priority"> & {
  openedAt: string;
  shownPriority: number;
  /** Whoever holds it now; a lease that ran out holds nothing. */
  heldBy: { id: string; name: string } | null;
};

/** Where listed cases stand by the last pulse, which never moves a row. */
export type RowUpdate = Pick<QueueRowView, "id" | "state" | "heldBy">;

const heading = "px-3 py-2 text-left font-medium whitespace-nowrap text-muted";

export function QueueList({
  rows,
  updates,
  now,
  me,
  mayWork,
  shortcuts,
  tickForm,
}: {
  rows: readonly QueueRowView[];
  updates: ReadonlyMap<string, RowUpdate>;
  now: string;
  me: string;
  mayWork: boolean;
  shortcuts: boolean;
  /** Id of the form that ticked rows belong to; none: rows cannot be ticked. */
  tickForm?: string;
}) {
  const table = useRef<HTMLTableElement>(null);
  const links = () => [...(table.current?.querySelectorAll<HTMLAnchorElement>("a[data-case]") ?? [])];
  const move = (step: number) => {
    const all = links();
    const at = all.findIndex((link) => link.closest("tr")?.contains(document.activeElement));
    all[Math.min(Math.max(at + step, 0), all.length - 1)]?.focus();
  };
  useShortcuts(
    {
      j: () => move(1),
      k: () => move(-1),
      x: () => document.activeElement?.closest("tr")?.querySelector<HTMLInputElement>("input[data-tick]")?.click(),
      c: () => document.activeElement?.closest("tr")?.querySelector<HTMLButtonElement>("button[data-claim]")?.click(),
    },
    shortcuts,
  );

  return (
    <table ref={table} className="w-full border-collapse text-sm">
      <caption className="sr-only">Cases, most urgent first</caption>
      <thead>
        <tr className="border-b border-line">
          {tickForm ? (
            <th scope="col" className={cx(heading, "w-9")}>
              <span className="sr-only">Tick</span>
            </th>
          ) : null}
          <th scope="col" className={cx(heading, "hidden w-24 sm:table-cell")}>
            Severity
          </th>
          <th scope="col" className={heading}>
            Account
          </th>
          <th scope="col" className={cx(heading, "hidden lg:table-cell")}>
            Area
          </th>
          <th scope="col" className={cx(heading, "hidden text-right! sm:table-cell")}>
            Reports
          </th>
          <th scope="col" className={cx(heading, "hidden text-right! sm:table-cell")}>
            Signals
          </th>
          <th scope="col" className={cx(heading, "text-right!")}>
            Age
          </th>
          <th scope="col" className={cx(heading, "hidden text-right! md:table-cell")}>
            Priority
          </th>
          <th scope="col" className={cx(heading, "hidden xl:table-cell")}>
            State
          </th>
          <th scope="col" className={cx(heading, "hidden sm:table-cell")}>
            Held by
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={{ ...row, ...updates.get(row.id) }} now={now} me={me} mayWork={mayWork} tickForm={tickForm} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, now, me, mayWork, tickForm }: { row: QueueRowView; now: string; me: string; mayWork: boolean; tickForm?: string }) {
  const gone = !isOpenCase(row.state);
  return (
    <tr className={cx("group border-b border-line last:border-0 focus-within:bg-accent-soft hover:bg-hover", gone && "text-muted")}>
      {tickForm ? (
        <td className="pl-3">
          <input type="checkbox" form={tickForm} name="id" value={row.id} data-tick aria-label={`Tick ${row.reference}`} aria-keyshortcuts="x" className="block size-6 accent-accent sm:size-4" />
        </td>
      ) : null}
      <td className="hidden px-3 py-1.5 sm:table-cell">
        <SeverityBadge severity={row.severity} />
      </td>
      <th scope="row" className="px-3 py-1.5 text-left font-normal">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="sm:hidden">
            <SeverityBadge severity={row.severity} />
          </span>
          <Link data-case to={`/cases/${row.reference}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
            {row.businessName}
          </Link>
          {row.escalated ? <EscalatedBadge /> : null}
        </span>
        <span className="mt-0.5 block text-xs text-muted">
          <span className="font-mono">{row.reference}</span> · {row.platformName}
          <span className="lg:hidden"> · {areaName(row.area)}</span>
          <span className="sm:hidden">
            {" "}
            · {counted(row.reportCount, "report")}, {counted(row.signalCount, "signal")}
            {row.heldBy ? ` · held by ${row.heldBy.id === me ? "you" : row.heldBy.name}` : ""}
          </span>
        </span>
      </th>
      <td className="hidden px-3 py-1.5 lg:table-cell">{areaName(row.area)}</td>
      <td className="hidden px-3 py-1.5 text-right sm:table-cell">{row.reportCount.toLocaleString("en-US")}</td>
      <td className="hidden px-3 py-1.5 text-right sm:table-cell">{row.signalCount.toLocaleString("en-US")}</td>
      <td className="px-3 py-1.5 text-right whitespace-nowrap">
        <time dateTime={row.openedAt}>{shortAge(row.openedAt, now)}</time>
      </td>
      <td className="hidden px-3 py-1.5 text-right md:table-cell">{row.shownPriority.toLocaleString("en-US")}</td>
      <td className="hidden px-3 py-1.5 xl:table-cell">
        <CaseStatePill state={row.state} />
      </td>
      <td className="hidden px-3 py-1 sm:table-cell">
        <Holder row={row} me={me} mayWork={mayWork && !gone} />
      </td>
    </tr>
  );
}

function Holder({ row, me, mayWork }: { row: QueueRowView; me: string; mayWork: boolean }) {
  const claim = useFetcher<{ refusal?: string }>();
  if (row.heldBy) return <span className="inline-flex min-h-7 items-center">{row.heldBy.id === me ? "You" : row.heldBy.name}</span>;
  if (!mayWork) return <span className="text-muted">Nobody</span>;
  return (
    <claim.Form method="post" action={`/cases/${row.reference}`}>
      <input type="hidden" name="caseId" value={row.id} />
      <Button type="submit" name="intent" value="claim" size="sm" data-claim pending={claim.state !== "idle"} aria-label={`Claim ${row.reference}`} shortcut="c">
        Claim
        <KeyHint keys="c" className="invisible group-focus-within:visible" />
      </Button>
      {claim.data?.refusal ? (
        <span role="alert" className="block text-xs text-danger">
          {claim.data.refusal}
        </span>
      ) : null}
    </claim.Form>
  );
}

import type { ReactNode } from "react";
import { cx } from "./cx";

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  align?: "left" | "right";
  /** Hidden where the screen is narrower than this. */
  from?: "sm" | "md" | "lg" | "xl";
  className?: string;
}

const from = { sm: "hidden sm:table-cell", md: "hidden md:table-cell", lg: "hidden lg:table-cell", xl: "hidden xl:table-cell" };

/** Rows of facts. The first column names the row; the caption says what the table holds. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  rowClass,
  empty,
  showCaption = false,
}: {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  rowClass?: (row: Row) => string | undefined;
  empty?: ReactNode;
  showCaption?: boolean;
}) {
  if (rows.length === 0 && empty) return <>{empty}</>;
  return (
    <div className="relative overflow-x-auto" role="region" aria-label={caption} tabIndex={0}>
      <table className="w-full border-collapse text-sm">
        <caption className={showCaption ? "px-4 py-2 text-left font-medium" : "sr-only"}>{caption}</caption>
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={cx(
                  "px-3 py-2 font-medium text-muted sm:whitespace-nowrap",
                  column.align === "right" ? "text-right" : "text-left",
                  column.from && from[column.from],
                )}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={cx("border-b border-line last:border-0 hover:bg-hover", rowClass?.(row))}>
              {columns.map((column, index) => {
                const Cell = index === 0 ? "th" : "td";
                return (
                  <Cell
                    key={column.key}
                    scope={index === 0 ? "row" : undefined}
                    className={cx(
                      "px-3 py-2 align-top font-normal",
                      column.align === "right" ? "text-right" : "text-left",
                      column.from && from[column.from],
                      column.className,
                    )}
                  >
                    {column.cell(row)}
                  </Cell>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A list of dense entries divided by hairlines. */
export function DenseList({ label, className, children }: { label: string; className?: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className={cx("divide-y divide-line", className)}>
      {children}
    </ul>
  );
}

export function DenseItem({ className, children }: { className?: string; children: ReactNode }) {
  return <li className={cx("px-4 py-2 text-sm", className)}>{children}</li>;
}

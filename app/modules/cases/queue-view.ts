import { DateTime } from "luxon";
import { holderAt } from "./lease";
import { shownPriority } from "./priority";
import type { QueueRowView, RowUpdate } from "./queue-list";
import type { QueueRow } from "./queue.queries.server";

type Held = Pick<QueueRow, "leaseHolderId" | "leaseExpiresAt" | "holderName">;

/** Whoever holds a case now, by name; null when nobody does or the lease ran out. */
export function heldBy(row: Held, now: DateTime): { id: string; name: string } | null {
  const lease =
    row.leaseHolderId && row.leaseExpiresAt
      ? { holderId: row.leaseHolderId, expiresAt: DateTime.fromJSDate(row.leaseExpiresAt, { zone: "utc" }) }
      : null;
  const id = holderAt(lease, now);
  return id ? { id, name: row.holderName ?? "Somebody" } : null;
}

export function queueRowView(row: QueueRow, now: DateTime): QueueRowView {
  const { leaseExpiresAt: _lease, openedAt, priority, ...rest } = row;
  return {
    ...rest,
    openedAt: openedAt.toISOString(),
    shownPriority: shownPriority(priority, now),
    heldBy: heldBy(row, now),
  };
}

export const rowUpdate = (row: Held & Pick<QueueRow, "id" | "state">, now: DateTime): RowUpdate => ({
  id: row.id,
  state: row.state,
  heldBy: heldBy(row, now),
});

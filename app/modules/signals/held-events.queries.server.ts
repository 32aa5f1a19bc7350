import type { Tx } from "~/infra/db.server";
import { typeOfCode } from "./event-codes";
import type { MessageEventType } from "./message-event";

export interface HeldEvent {
  id: string;
  type: MessageEventType;
  occurredAt: Date;
  /** Keyed hash; null where the event named no contact. */
  contact: string | null;
  templateId: string | null;
  businessName: string | null;
}

/** Message events that outlived their keeping time because of a hold on their account, newest first. */
export async function heldEvents(tx: Tx, accountId: string, limit: number): Promise<HeldEvent[]> {
  const rows = await tx.$queryRaw<(Omit<HeldEvent, "type"> & { type: number })[]>`
    SELECT event_id AS id, type::int AS type, occurred_at AS "occurredAt", contact::text AS contact, template_id AS "templateId", business_name AS "businessName"
      FROM stream.held_event WHERE account_id = ${accountId}::uuid ORDER BY occurred_at DESC, event_id LIMIT ${limit}`;
  return rows.map(({ type, ...row }) => ({ ...row, type: typeOfCode.get(type)! }));
}

/** How many there are of each of these accounts; those with none are left out. */
export async function heldEventCounts(tx: Tx, accountIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.$queryRaw<{ accountId: string; count: number }[]>`
    SELECT account_id AS "accountId", count(*)::float8 AS count FROM stream.held_event WHERE account_id = ANY (${[...accountIds]}::uuid[]) GROUP BY 1`;
  return new Map(rows.map(({ accountId, count }) => [accountId, count]));
}

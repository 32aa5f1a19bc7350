import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { shardOf, typeCodes } from "./event-codes";
import type { ProvingEventLine } from "./proving-events-csv";
import type { EventSelector } from "./rules/finding";
import { isEventRule, ruleCatalogue } from "./rules/rule-catalogue";
import { mostEventIds } from "./rules/signals-of-findings";
import { copyOf } from "./tail/copy-proof.server";
import { createEventReader } from "./tail/events.repo.server";

/** No rule but the one about opt-outs looks further back from its window; how old a STOP may be has no bound, and it lies beside its signal. */
const reachMs = ruleCatalogue.frequency.parameters.windowHours.max * 3_600_000;

/**
 * Every event that proves a signal, in the order they happened, contacts masked: what lies beside it and what the store still
 * has. Of those that neither has any more the id is left.
 *
 * @returns null where there is no such signal, or it rests on no event
 */
export async function provingEvents({ db }: Pick<Deps, "db">, id: string): Promise<ProvingEventLine[] | null> {
  const signal = await db.signal.findUnique({ where: { id }, select: { rule: true, accountId: true, windowStart: true, windowEnd: true, eventIds: true, selectors: true, events: true } });
  if (!signal || !isEventRule(signal.rule)) return null;
  const { accountId, eventIds, windowStart, windowEnd } = signal;
  const reader = createEventReader(poolOf(db));
  const shard = shardOf(accountId);
  const known = new Map<string, ProvingEventLine>(signal.events.map((event) => [event.eventId, event]));
  const lacking = eventIds.filter((eventId) => !known.has(eventId));
  const stored = await reader.byIds(shard, accountId, lacking, { from: windowStart.getTime() - reachMs, to: windowEnd.getTime() });
  for (const event of stored.values()) known.set(event.id, copyOf(id, event, false));
  for (const { types, ...what } of signal.selectors as unknown as EventSelector[]) {
    const left = mostEventIds - known.size;
    if (left <= 0) break;
    for (const event of await reader.selected(shard, accountId, { types: types.map((type) => typeCodes[type as keyof typeof typeCodes]), ...what }, left)) known.set(event.id, copyOf(id, event, false));
  }
  const ids = [...new Set([...eventIds, ...known.keys()])];
  const lines = ids.map((eventId) => known.get(eventId) ?? { eventId, occurredAt: null, type: null, category: null, contact: null, templateId: null });
  return lines.sort((a, b) => (a.occurredAt?.getTime() ?? Infinity) - (b.occurredAt?.getTime() ?? Infinity) || 0);
}

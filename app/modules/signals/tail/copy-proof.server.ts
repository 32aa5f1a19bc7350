import type { Tx } from "~/infra/db.server";
import { typeCodes } from "../event-codes";
import type { MessageEvent } from "../message-event";
import { ruleCatalogue } from "../rules/rule-catalogue";
import { mostExamples, type ProvingEvent, type Signal } from "../rules/signals-of-findings";
import type { EventReader } from "./events.repo.server";
import { copiedEvents, copyEvents, type CopiedEvent } from "./signals.repo.server";

export interface Proofs {
  reader: EventReader;
  shard: number;
  /** Events at hand, by id. */
  known: ReadonlyMap<string, MessageEvent>;
}

type Proven = Signal & { id: string };

/** By its offset, a platform may date a consent out of the years of four digits: the store takes that, a date of the client's does not. */
const [firstYear, afterYears] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("+010000-01-01T00:00:00Z")];
const inYears = (at: number): Date | null => (at >= firstYear && at < afterYears ? new Date(at) : null);

const maskedContact = (contact: string | null): string | null => contact && `…${contact.slice(-4)}`;

export function copyOf(signalId: string, event: MessageEvent, ambiguous: boolean): CopiedEvent {
  const { id, occurredAt, type, category, contact, templateId, templateApproved, businessName, hasOptOutInstructions, consent } = event;
  return {
    signalId,
    eventId: id,
    occurredAt: new Date(occurredAt),
    type,
    category,
    contact: maskedContact(contact),
    ambiguous,
    templateId,
    templateApproved,
    businessName,
    hasOptOutInstructions,
    consentMethod: consent?.method ?? null,
    consentAt: consent && inYears(consent.at),
  };
}

/**
 * Puts the facts of the events that prove signals beside them: the first fifty of each, for the store keeps its days only so
 * long. Most are in the batch at hand; what came late is looked up. The messages before them that make them breaches are up to a
 * week older: those that are not at hand are looked up by `completeProof`, so that no batch waits for it.
 */
export async function copyProof(tx: Tx, signals: readonly Proven[], proofs: Proofs): Promise<void> {
  if (signals.length === 0) return;
  const copied = await copiedEvents(tx, signals.map(({ id }) => id));
  const copies: CopiedEvent[] = [];
  const gone: { signalId: string; eventId: string }[] = [];
  for (const signal of signals) {
    const there = copied.get(signal.id)!;
    if (signal.examples.length > 0) {
      const wanted = new Set([...signal.examples.map(({ eventId }) => eventId), ...signal.earlier]);
      for (const eventId of there) if (!wanted.has(eventId)) gone.push({ signalId: signal.id, eventId });
      const missing = signal.examples.filter(({ eventId }) => !there.has(eventId));
      copies.push(...(await listed(signal, missing, proofs)));
      const earlier = signal.earlier.flatMap((eventId) => (there.has(eventId) ? [] : (proofs.known.get(eventId) ?? [])));
      copies.push(...earlier.map((event) => copyOf(signal.id, event, false)));
    } else if (there.size < mostExamples) copies.push(...(await selected(signal, there, proofs)));
  }
  await copyEvents(tx, copies, gone);
}

async function listed(signal: Proven, missing: readonly ProvingEvent[], { reader, shard, known }: Proofs): Promise<CopiedEvent[]> {
  const isWindow = ruleCatalogue[signal.rule].finds === "window";
  const elsewhere = missing.filter(({ eventId }) => !known.has(eventId));
  const range = isWindow ? signal.window : { from: Math.min(...elsewhere.map(({ at }) => at)), to: Math.max(...elsewhere.map(({ at }) => at)) + 1 };
  const found = await reader.byIds(shard, signal.accountId, elsewhere.map(({ eventId }) => eventId), range);
  return missing.flatMap(({ eventId, ambiguous }) => {
    const event = known.get(eventId) ?? found.get(eventId);
    return event ? [copyOf(signal.id, event, ambiguous)] : [];
  });
}

async function selected(signal: Proven, there: ReadonlySet<string>, { reader, shard }: Proofs): Promise<CopiedEvent[]> {
  const copies: CopiedEvent[] = [];
  for (const { types, category, keyId, from, to } of signal.also) {
    if (there.size + copies.length >= mostExamples) break;
    const codes = types.map((type) => typeCodes[type as keyof typeof typeCodes]);
    const events = await reader.selected(shard, signal.accountId, { types: codes, category, keyId, from, to }, mostExamples);
    for (const event of events) if (!there.has(event.id) && there.size + copies.length < mostExamples) copies.push(copyOf(signal.id, event, false));
  }
  return copies;
}

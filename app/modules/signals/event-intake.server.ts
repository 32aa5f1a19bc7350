import { millisOf } from "~/infra/clock";
import type { Deps } from "~/infra/deps.server";
import { poolOf } from "~/infra/db.server";
import { createPrefixedHash } from "~/infra/keyed-hash";
import { refuse, type Result } from "~/infra/result";
import { createContactHash, plainAddress } from "./contact-hash.server";
import { createEventBatcher, type Arrival } from "./event-batcher.server";
import { categoryCodes, consentCodes, typeCodes } from "./event-codes";
import type { EventInput } from "./event-input.schema";
import { uuidBytes, type EventRows } from "./event-rows";
import { createKnownAccounts, type AccountMemory, type KnownAccount } from "./known-accounts.server";
import { createKnownContacts, type KnownContact } from "./known-contacts.server";
import { readEvents, rejection, type ReadEvents, type Rejection } from "./read-events";
import { createRefusedCounter } from "./refused-counter.server";
import { createZoneSets, zonesOf } from "./zone-sets.server";

export interface TakenEvents {
  accepted: number;
  /** Known already by their id, from this request or an earlier one. */
  duplicate: number;
  rejected: Rejection[];
}

export type Taken = Result<TakenEvents, "events_busy">;

export type Told = (taken: Taken | null, error?: unknown) => void;

export interface EventIntake {
  /**
   * Takes what one platform sent. Resolves when everything accepted is on disk.
   * @throws when the database cannot be reached; what was stored before that is a duplicate when it is sent again
   */
  take(platformId: string, raws: readonly unknown[]): Promise<Taken>;
  /**
   * The same without a promise, for what comes thousands of times a second.
   * @param ground the gate's number on which the sender was let in, proven again by the statement that writes; null: proven already
   * @param told throws nothing; is told null when the ground has changed, or nothing is in order that would prove it; then nothing was written
   */
  takeOn(ground: string | null, platformId: string, raws: readonly unknown[], told: Told): void;
  close(): Promise<void>;
}

/** Events of accounts that there are, with what is known of each, and the others. */
interface Placed {
  known: KnownAccount[];
  contacts: (KnownContact | null)[];
  zones: (number | null)[];
  unknown: Rejection[];
}

interface Platform {
  bytes: Uint8Array;
  writeHash: (eventId: string, into: Uint8Array, at: number) => void;
}

/**
 * The way of every message event into the store, whichever door it came through. Of the contact only a keyed hash and the
 * time zones go on, of the caller's address only a keyed hash. One of these stands in each process that takes events.
 */
export function openEventIntake(deps: Pick<Deps, "db" | "log" | "clock" | "config">, memory: AccountMemory = {}): EventIntake {
  const pool = poolOf(deps.db);
  const accounts = createKnownAccounts(pool, memory);
  const zoneSets = createZoneSets(pool);
  const hash = createContactHash(deps.config.lookupKey);
  const contacts = createKnownContacts(hash);
  const batcher = createEventBatcher(pool, deps.log);
  const refused = createRefusedCounter(pool, deps.log);
  const platforms = new Map<string, Platform>();
  const platformOf = (platformId: string): Platform => {
    let known = platforms.get(platformId);
    if (!known) {
      const bytes = uuidBytes(platformId);
      platforms.set(platformId, (known = { bytes, writeHash: createPrefixedHash(bytes) }));
    }
    return known;
  };

  /**
   * Asks the database for what has to be known before the events can be written; nothing, nearly always. All of their accounts
   * are asked for, since memory may let go of those that it has before the others' answer comes.
   */
  const learn = async (platformId: string, events: readonly EventInput[]): Promise<ReadonlyMap<string, KnownAccount>> => {
    const found = await accounts.learn(platformId, [...new Set(events.map(({ account }) => account))]);
    const sets = new Set(events.map(zonesOf).filter((zones) => zoneSets.peek(zones) === undefined));
    if (sets.size > 0) await zoneSets.learn([...sets]);
    return found;
  };

  const writeEvent = ({ events, keys }: EventRows, platform: Platform, platformId: string, event: EventInput, at: number, account: KnownAccount, contact: KnownContact | null, zoneSet: number | null, arrival: Arrival): void => {
    events.row();
    events.instant(at);
    events.instant(arrival.ms, arrival.micros);
    events.instant(event.consent ? Date.parse(event.consent.at) : null);
    events.small(account.shard);
    events.small(typeCodes[event.type]);
    events.small(event.category ? categoryCodes[event.category] : null);
    events.small(zoneSet);
    events.small(event.consent ? consentCodes[event.consent.method] : null);
    events.flag(event.templateApproved);
    events.flag(event.hasOptOutInstructions);
    events.flag(event.moreRequested === true);
    events.bytes16(platform.bytes);
    events.bytes16(account.id);
    const { ip } = event;
    if (contact) events.bytes16(contact.hash);
    else events.none();
    if (ip) events.uuid((into, place) => hash.write(platformId, "address", plainAddress(ip), into, place));
    else events.none();
    events.text(event.id);
    events.text(event.templateId);
    events.text(event.businessName);
    events.text(event.keyId);
    keys.row();
    keys.int(arrival.generation);
    keys.head(event.id);
    keys.uuid((into, place) => platform.writeHash(event.id, into, place));
  };

  const writeEvents = (rows: EventRows, platform: Platform, platformId: string, { events, instants }: ReadEvents, { known, contacts: reached, zones }: Placed, arrival: Arrival): void => {
    for (let n = 0; n < events.length; n++) {
      const event = events[n]!;
      if (event.id < rows.firstId) rows.firstId = event.id;
      writeEvent(rows, platform, platformId, event, instants[n]!, known[n]!, reached[n]!, zones[n]!, arrival);
    }
  };

  /**
   * Leaves out the events of accounts that there are not.
   *
   * @param asked the database's answer about all of their accounts; null: by memory
   * @returns null when memory does not know enough
   */
  const place = (platformId: string, read: ReadEvents, asked: ReadonlyMap<string, KnownAccount> | null): Placed | null => {
    const placed: Placed = { known: [], contacts: [], zones: [], unknown: [] };
    let kept = 0;
    for (let n = 0; n < read.events.length; n++) {
      const event = read.events[n]!;
      const account = asked ? asked.get(event.account) : accounts.peek(platformId, event.account);
      const contact = event.contact ? contacts.of(platformId, event.contact) : null;
      const zoneSet = zoneSets.peek(contact && !event.timeZone ? contact.zones : zonesOf(event));
      if ((!account || zoneSet === undefined) && !asked) return null;
      if (!account) {
        placed.unknown.push(rejection(read.indexes[n]!, "account_unknown"));
        continue;
      }
      placed.known.push(account);
      placed.contacts.push(contact);
      placed.zones.push(zoneSet ?? null);
      if (kept !== n) [read.events[kept], read.instants[kept]] = [event, read.instants[n]!];
      kept += 1;
    }
    read.events.length = kept;
    return placed;
  };

  const tell = (platformId: string, read: ReadEvents, accepted: number, nowMs: number, told: Told): void => {
    const { rejected } = read;
    const taken: Taken = { ok: true, accepted, duplicate: read.events.length - accepted, rejected };
    if (rejected.length === 0) told(taken);
    else void refused.note(platformId, rejected, nowMs).then(() => told(taken));
  };

  /** Writes what is in order, unless there is no room. Functions that are made for each request have no name here, because to give them one costs more than to make them. */
  const enter = (ground: string | null, platformId: string, read: ReadEvents, placed: Placed, nowMs: number, told: Told): void => {
    const { events } = read;
    if (placed.unknown.length > 0) read.rejected = [...read.rejected, ...placed.unknown].sort((a, b) => a.index - b.index);
    // Without a statement that writes nothing proves the ground.
    if (events.length === 0) return ground === null ? tell(platformId, read, 0, nowMs, told) : told(null);
    if (!batcher.hasRoom(events.length)) return told(refuse("events_busy"));
    batcher.add(
      events.length,
      nowMs,
      ground,
      (rows, arrival) => writeEvents(rows, platformOf(platformId), platformId, read, placed, arrival),
      (accepted, error) => (accepted === null ? told(null, error) : tell(platformId, read, accepted, nowMs, told)),
    );
  };

  const takeOn: EventIntake["takeOn"] = (ground, platformId, raws, told) => {
    const nowMs = millisOf(deps.clock);
    const read = readEvents(raws, nowMs);
    const placed = place(platformId, read, null);
    if (placed) return enter(ground, platformId, read, placed, nowMs, told);
    learn(platformId, read.events).then(
      (asked) => enter(ground, platformId, read, place(platformId, read, asked)!, nowMs, told),
      (error: unknown) => told(null, error),
    );
  };

  const take: EventIntake["take"] = (platformId, raws) =>
    new Promise((settle, fail) => {
      const again = (): void =>
        takeOn(null, platformId, raws, (taken, error) => {
          if (taken) settle(taken);
          else if (error !== undefined) fail(error);
          // It shared the batch of somebody whose ground has changed.
          else again();
        });
      again();
    });

  return { take, takeOn, close: async () => void (await Promise.all([batcher.drain(), refused.close()])) };
}

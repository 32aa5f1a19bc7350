import { z } from "zod";
import { consentWays, type ContactHistory } from "./contact-history";
import type { AccountMemory } from "./engine";
import type { Moment } from "./event-order";
import { KeyAddresses } from "./key-addresses";
import type { Series } from "./opt-out-counts";
import type { SpikeState } from "./opt-out-episode";
import { consentMethods } from "../message-event";
import { parametersSchema, ruleModes } from "./rule-catalogue";

const moment = z.tuple([z.number(), z.string()]);
const counts = z.object({ delivered: z.number(), optOuts: z.number() });
const series = z.object({ keys: z.array(z.number()), delivered: z.array(z.number()), optOuts: z.array(z.number()) });

const contact = z.object({
  m: z.array(z.tuple([z.number(), z.string(), z.boolean(), z.enum(consentMethods).nullable()])),
  a: z.array(moment),
  f: z.array(z.tuple([z.number(), z.string(), z.enum(["opt_out", "opt_in", "more"]), z.boolean()])),
  c: z.array(moment.nullable()).max(consentWays.length),
});

const episode = z.object({
  openedIn: z.number(),
  by: z.enum(["burst", "drift"]),
  version: z.object({ rule: z.literal("opt_out_spike"), version: z.number(), mode: z.enum(ruleModes), effectiveFrom: z.number(), parameters: parametersSchema.opt_out_spike }),
  expected: z.object({ own: z.number(), cohort: z.number() }),
  peak: counts.extend({ bucket: z.number(), lower: z.number() }),
  total: counts,
});

const tally = z.object({ sent: z.number(), marketing: z.number(), automated: z.number(), templates: z.number(), delivered: z.number(), optOuts: z.number(), requests: z.number() });

/** An account's memory as a checkpoint keeps it; of another form, it is refused and the account is read anew from the store. */
export const accountCheckpointSchema = z.object({
  form: z.literal(1),
  contacts: z.record(z.string(), contact),
  days: z.array(z.tuple([z.number(), tally])),
  minutes: z.array(z.tuple([z.number(), z.number()])),
  hours: z.array(z.tuple([z.number(), z.string(), z.array(z.tuple([z.string(), moment]))])),
  spike: z.object({
    buckets: series,
    days: series,
    settled: z.object({ next: z.number().nullable(), sum: z.number(), day: z.number(), sumBefore: z.number(), optOutsInSum: z.number(), open: episode.nullable() }),
    told: z.array(z.tuple([z.string(), z.string()])),
  }),
});

export type AccountCheckpoint = z.infer<typeof accountCheckpointSchema>;

const packed = ({ at, id }: Moment): [number, string] => [at, id];
const unpacked = ([at, id]: readonly [number, string]): Moment => ({ at, id });
const copy = ({ keys, delivered, optOuts }: Series): Series => ({ keys: [...keys], delivered: [...delivered], optOuts: [...optOuts] });

const packContact = ({ marketing, automated, facts, consents }: ContactHistory): z.infer<typeof contact> => ({
  m: marketing.map(({ at, id, more, consent }) => [at, id, more, consent]),
  a: automated.map(packed),
  f: facts.map(({ at, id, kind, more }) => [at, id, kind, more]),
  c: consents.map((first) => first && packed(first)),
});

const unpackContact = ({ m, a, f, c }: z.infer<typeof contact>): ContactHistory => ({
  marketing: m.map(([at, id, more, consent]) => ({ at, id, more, consent })),
  automated: a.map(unpacked),
  facts: f.map(([at, id, kind, more]) => ({ at, id, kind, more })),
  consents: c.map((first) => first && unpacked(first)),
});

/** JSON cannot say that nothing was judged yet, which is minus infinity in memory. */
const unpackState = (state: Omit<SpikeState, "next"> & { next: number | null }): SpikeState => ({ ...state, next: state.next ?? -Infinity });

/** What to keep of an account, as plain JSON. */
export function packAccount({ contacts, windows, spike }: AccountMemory): AccountCheckpoint {
  return {
    form: 1,
    contacts: Object.fromEntries([...contacts].map(([id, history]) => [id, packContact(history)])),
    days: [...windows.days].map(([day, counted]) => [day, { ...counted }]),
    minutes: [...windows.minutes],
    hours: [...windows.hours].flatMap(([at, keys]) => [...keys].map(([keyId, { first }]): AccountCheckpoint["hours"][number] => [at, keyId, [...first].map(([address, use]) => [address, packed(use)])])),
    spike: {
      buckets: copy(spike.counts.buckets),
      days: copy(spike.counts.days),
      settled: { ...spike.settled, next: Number.isFinite(spike.settled.next) ? spike.settled.next : null },
      told: [...spike.told],
    },
  };
}

/** The memory a checkpoint holds; null when it is of another form, or damaged. */
export function unpackAccount(json: unknown): AccountMemory | null {
  const parsed = accountCheckpointSchema.safeParse(json);
  if (!parsed.success) return null;
  const { contacts, days, minutes, hours, spike } = parsed.data;
  const byHour = new Map<number, Map<string, KeyAddresses>>();
  for (const [at, keyId, first] of hours) {
    const keys = byHour.get(at) ?? new Map<string, KeyAddresses>();
    byHour.set(at, keys.set(keyId, new KeyAddresses(new Map(first.map(([address, use]) => [address, unpacked(use)])))));
  }
  return {
    contacts: new Map(Object.entries(contacts).map(([id, history]) => [id, unpackContact(history)])),
    windows: { days: new Map(days), minutes: new Map(minutes), hours: byHour, full: null },
    spike: { counts: { buckets: spike.buckets, days: spike.days }, settled: unpackState(spike.settled), told: new Map(spike.told), tail: null, dirty: Infinity },
    touched: false,
  };
}

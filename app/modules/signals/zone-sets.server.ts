import type { Pool } from "pg";
import { zoneSetIds } from "./event-store.repo.server";
import type { EventInput } from "./event-input.schema";
import { zoneNameOf } from "./time-zone-name";
import { zonesOfNumber } from "./zones-of-number";

/** What parts the zones of a set in the store. */
export const zoneSeparator = ",";

/** Where a contact may be: the zone the platform knows, else those of the number, else none. */
export type ZoneSet = readonly string[] | string;

const none: ZoneSet = "";

export function zonesOf({ timeZone, contact }: Pick<EventInput, "timeZone" | "contact">): ZoneSet {
  if (timeZone) return zoneNameOf(timeZone) ?? none;
  if (typeof contact !== "string" || contact.charCodeAt(0) !== 0x2b) return none;
  const zones = zonesOfNumber(contact);
  return zones.length === 0 ? none : zones;
}

export interface ZoneSets {
  /** The set's number; null for none; undefined when the database has to be asked. */
  peek(set: ZoneSet): number | null | undefined;
  learn(sets: readonly ZoneSet[]): Promise<void>;
}

/** The numbers of zone sets. They never change, and there are some hundreds. */
export function createZoneSets(pool: Pool): ZoneSets {
  const byText = new Map<string, number>();
  const bySet = new WeakMap<readonly string[], number>();
  const textOf = (set: ZoneSet): string => (typeof set === "string" ? set : set.join(zoneSeparator));
  return {
    peek(set) {
      if (set === none) return null;
      if (typeof set === "string") return byText.get(set);
      const known = bySet.get(set);
      if (known !== undefined) return known;
      const id = byText.get(textOf(set));
      if (id !== undefined) bySet.set(set, id);
      return id;
    },
    async learn(sets) {
      const missing = [...new Set(sets.filter((set) => set !== none).map(textOf))].filter((text) => !byText.has(text));
      if (missing.length === 0) return;
      for (const [text, id] of await zoneSetIds(pool, missing)) byText.set(text, id);
    },
  };
}

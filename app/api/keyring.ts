import type { Deps } from "~/infra/deps.server";
import { bearerKeyIn } from "~/modules/access/api-key";
import { authenticateApiKey, type ApiKeyActor } from "~/modules/access/authenticate-api-key.server";
import type { GateTable } from "~/modules/enforcement/gate-table.server";

export interface KnownKey {
  actor: ApiKeyActor;
  platformKey: string;
}

interface Remembered extends KnownKey {
  epoch: number;
  /** Milliseconds; the database is asked again after a minute, which keeps the key's last use to the minute. */
  heardAt: number;
  endsAt: number;
}

const heardForMs = 60_000;
const most = 2_000;

export interface Keyring {
  /** Who sends this header, by the database or by what it said less than a minute ago and has not taken back since. */
  identify(deps: Deps, header: string | undefined): Promise<KnownKey | null>;
  /** The same from memory alone; only right after `table.current()` was true. */
  peek(header: string | undefined, now: number): KnownKey | null;
  /** Who it was when last heard of: for denials, while the database is out of reach. */
  lastKnown(header: string | undefined, now: number): KnownKey | null;
}

/** Keys that were shown, so that not every call asks for them. A revoked or changed key voids what is remembered at once. */
export function createKeyring(table: GateTable): Keyring {
  const known = new Map<string, Remembered>();
  const lives = (one: Remembered | undefined, now: number): one is Remembered => one !== undefined && now < one.endsAt;
  const peek: Keyring["peek"] = (header, now) => {
    const one = header === undefined ? undefined : known.get(header);
    return lives(one, now) && one.epoch === table.groundEpoch() && now >= one.heardAt && now - one.heardAt < heardForMs ? one : null;
  };
  return {
    peek,
    lastKnown: (header, now) => {
      const one = header === undefined ? undefined : known.get(header);
      return lives(one, now) ? one : null;
    },
    async identify(deps, header) {
      const current = await table.current();
      const remembered = current ? peek(header, deps.clock().toMillis()) : null;
      if (remembered) return remembered;
      const key = bearerKeyIn(header);
      if (key === null || header === undefined) return null;
      const epoch = table.groundEpoch();
      const found = await authenticateApiKey(deps, key);
      known.delete(header);
      if (!found.ok) return null;
      if (known.size >= most) known.clear();
      known.set(header, { ...found, epoch, heardAt: deps.clock().toMillis(), endsAt: found.expiresAt?.toMillis() ?? Number.POSITIVE_INFINITY });
      return found;
    },
  };
}

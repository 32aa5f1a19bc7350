import type { Pool } from "pg";
import { shardOf } from "./event-codes";
import { uuidBytes } from "./event-rows";
import { accountsByExternalId } from "./event-store.repo.server";

export interface KnownAccount {
  id: Uint8Array;
  shard: number;
  /** When the database was last asked; milliseconds of a clock that only moves forward. */
  heardAt: number;
}

const heardForMs = 60_000;

export interface AccountMemory {
  /** When there are more, memory is begun anew. */
  mostAccounts?: number;
}

export interface KnownAccounts {
  /** From memory, or undefined when the database has to be asked. */
  peek(platformId: string, externalId: string): KnownAccount | undefined;
  /**
   * Asks the database for these. Whoever asked goes by the answer, which memory may not hold for as long.
   * @returns those that are accounts
   */
  learn(platformId: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, KnownAccount>>;
}

/**
 * Which accounts there are, so that events do not ask for each. What an id stands for never changes (the database
 * refuses it), so memory can only be wrong about an account that was deleted, and that for a minute; an account that
 * is not known is asked for every time, so a new one is known at once.
 */
export function createKnownAccounts(pool: Pool, { mostAccounts = 500_000 }: AccountMemory = {}): KnownAccounts {
  const platforms = new Map<string, Map<string, KnownAccount>>();
  let size = 0;
  return {
    peek(platformId, externalId) {
      const account = platforms.get(platformId)?.get(externalId);
      return account && performance.now() - account.heardAt < heardForMs ? account : undefined;
    },
    async learn(platformId, externalIds) {
      const heardAt = performance.now();
      const rows = await accountsByExternalId(pool, platformId, externalIds);
      const found = new Map(rows.map(({ id, externalId }) => [externalId, { id: uuidBytes(id), shard: shardOf(id), heardAt }]));
      if (size + found.size > mostAccounts) {
        platforms.clear();
        size = 0;
      }
      const accounts = platforms.get(platformId) ?? new Map<string, KnownAccount>();
      platforms.set(platformId, accounts);
      size -= accounts.size;
      for (const externalId of externalIds) accounts.delete(externalId);
      for (const [externalId, account] of found) accounts.set(externalId, account);
      size += accounts.size;
      return found;
    },
  };
}

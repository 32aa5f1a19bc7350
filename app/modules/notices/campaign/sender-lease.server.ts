import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";

/**
 * Being alive as a sender: a row that has to be renewed. Once it ran out, others take what this one had, so it gives up its name and all
 * it holds, and begins under a new one. Its time is the database's, which all senders share.
 */
export interface SenderLease {
  id(): string;
  /** Whether it surely still holds: reckoned from before the last renewal was asked for. */
  holds(): boolean;
  /** Begins, or renews. @returns false when it had run out: it has a new name, and begins under that the next time */
  renew(): Promise<boolean>;
  leave(): Promise<void>;
}

export function openSenderLease({ db }: Pick<Deps, "db">, leaseMs: number): SenderLease {
  let id = newId();
  let [renewedAt, begun] = [-Infinity, false];
  return {
    id: () => id,
    holds: () => performance.now() - renewedAt < leaseMs,
    async renew() {
      const askedAt = performance.now();
      if (begun) {
        const held = await db.$executeRaw`UPDATE policy_notice_sender SET lease_until = clock_timestamp() + ${leaseMs}::int * interval '1 millisecond' WHERE id = ${id}::uuid AND lease_until > clock_timestamp()`;
        if (held === 1) {
          renewedAt = askedAt;
          return true;
        }
        // Nothing is taken under the new name before the old one's holdings were let go.
        [begun, renewedAt, id] = [false, -Infinity, newId()];
        return false;
      }
      await db.$executeRaw`INSERT INTO policy_notice_sender (id, started_at, lease_until) VALUES (${id}::uuid, clock_timestamp(), clock_timestamp() + ${leaseMs}::int * interval '1 millisecond')`;
      await db.$executeRaw`DELETE FROM policy_notice_sender WHERE lease_until < clock_timestamp() - interval '1 day'`;
      [begun, renewedAt] = [true, askedAt];
      return true;
    },
    async leave() {
      renewedAt = -Infinity;
      if (begun) await db.$executeRaw`DELETE FROM policy_notice_sender WHERE id = ${id}::uuid`;
      begun = false;
    },
  };
}

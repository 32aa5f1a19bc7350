import type { DateTime } from "luxon";
import type { Db, Tx } from "./db.server";
import type { Deps } from "./deps.server";

/**
 * Dependencies whose commands take part in the caller's transaction instead of opening their own, at one instant: what
 * they write commits with what the caller writes beside it, or not at all. Each command stands behind a savepoint, so
 * that its refusal rolls back what it wrote and nothing else.
 */
export function joinTransaction(deps: Deps, tx: Tx, at: DateTime<true>): Deps {
  const db = new Proxy(tx, {
    get(target, key) {
      if (key === "$transaction") return (work: (inner: Tx) => Promise<unknown>) => behindSavepoint(target, () => work(tx));
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  }) as Db;
  return { ...deps, db, clock: () => at };
}

/** Rolls back to where it began when the work throws. Savepoints of one name nest: the innermost is meant. */
export async function behindSavepoint<R>(tx: Tx, work: () => Promise<R>): Promise<R> {
  await tx.$executeRaw`SAVEPOINT joined`;
  try {
    const result = await work();
    await tx.$executeRaw`RELEASE SAVEPOINT joined`;
    return result;
  } catch (error) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT joined`;
    await tx.$executeRaw`RELEASE SAVEPOINT joined`;
    throw error;
  }
}

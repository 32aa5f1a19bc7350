import type { Db, Tx } from "./db.server";

/** Carries a refusal out of a transaction so that it rolls back; never leaves this file. */
class RolledBack extends Error {
  constructor(readonly refusal: { ok: false }) {
    super("refused");
  }
}

/**
 * A command's work in one transaction, all or nothing: a refusal, wherever in the work it comes, leaves no trace but
 * itself, also when rows were written before it.
 */
export async function transact<R extends { ok: boolean }>(db: Db, work: (tx: Tx) => Promise<R>): Promise<R> {
  try {
    return await db.$transaction(async (tx) => {
      const result = await work(tx);
      if (!result.ok) throw new RolledBack(result as { ok: false });
      return result;
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.refusal as R;
    throw error;
  }
}

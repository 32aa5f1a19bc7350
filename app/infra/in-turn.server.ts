import type { Transaction } from "@prisma/driver-adapter-utils";

type Statements = Pick<Transaction, "queryRaw" | "executeRaw">;

/**
 * A transaction whose statements are handed to the driver one after the other. Prisma's client loads the relations of a row side by
 * side, also in a transaction, where there is but one connection; the driver lines them up by itself until its version 9 refuses.
 */
export function inTurn(transaction: Transaction): Transaction {
  let last: Promise<unknown> | null = null;
  const turn = <Method extends keyof Statements>(method: Method) => {
    const send = transaction[method].bind(transaction) as (...args: Parameters<Statements[Method]>) => Promise<unknown>;
    return (...args: Parameters<Statements[Method]>) => {
      const sent = last ? last.then(() => send(...args)) : send(...args);
      const settled = sent.then(ignored, ignored).then(() => {
        if (last === settled) last = null;
      });
      last = settled;
      return sent;
    };
  };
  return Object.assign(transaction, { queryRaw: turn("queryRaw"), executeRaw: turn("executeRaw") });
}

/** Whoever sent a statement hears how it ended. */
const ignored = () => undefined;

/**
 * Hands work on one piece after the other. A transaction has but one connection, yet Prisma's client loads the relations of a row side
 * by side in it, too; the driver lines statements up by itself until its version 9 refuses.
 */
export function inTurn(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> | null = null;
  return (work) => {
    const sent = last ? last.then(work) : work();
    const settled = sent.then(ignored, ignored).then(() => {
      if (last === settled) last = null;
    });
    last = settled;
    return sent;
  };
}

/** Whoever sent a statement hears how it ended. */
const ignored = () => undefined;

import { isDatabaseAway } from "~/infra/database-away";

/**
 * PostgreSQL's classes of errors that what is written can cause: data, cardinality and constraints, what triggers raise, and
 * limits of size. All others (no room, no right, no such table, a lock, a deadlock, an operator) are the database's or ours, for everybody.
 */
const ofWhatIsWritten = new Set(["21", "22", "23", "44", "54", "P0"]);

/** The five characters that PostgreSQL names an error by, whoever passes it on. */
function sqlState(error: Error): string | null {
  const { code, meta } = error as Error & { code?: unknown; meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } } };
  const passedOn = meta?.driverAdapterError?.cause?.originalCode;
  for (const one of [passedOn, code]) if (typeof one === "string" && /^[0-9A-Z]{5}$/.test(one) && !/^P[1-9]/.test(one)) return one;
  return null;
}

/**
 * Whether an error met in judging or writing a shard's events may be about one account's. It need not be: whose it is, if
 * anybody's, is found by trying. What cannot be anybody's is waited out, however long it lasts.
 */
export function mayBeAnAccounts(error: unknown): boolean {
  if (isDatabaseAway(error)) return false;
  if (!(error instanceof Error)) return true;
  const state = sqlState(error);
  return state === null || ofWhatIsWritten.has(state.slice(0, 2));
}

/** A statement that was stopped because it took too long, or because an operator stopped it. */
const stopped = "57014";
/** Prisma's code for a transaction that was over its time, and for one that was never begun, which is nobody's. */
const overTime = "P2028";
const neverBegun = /Unable to start a transaction/;

/**
 * Whether writing took longer than anybody may. It need not be an account's doing: a database that is busy, or a lock that somebody
 * holds, looks the same, and only accounts that take too long alone, while all others together do not, tell them apart.
 */
export function tookTooLong(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return sqlState(error) === stopped || ((error as { code?: unknown }).code === overTime && !neverBegun.test(error.message));
}

/** What an error is: PostgreSQL's name for it, or its kind and the function it came from. Its text may repeat what somebody sent. */
export function failureInWords(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if (tookTooLong(error)) return "writing took too long";
  const state = sqlState(error);
  if (state) return `database error ${state}`;
  const place = /^\s+at (?:async )?(?:new )?([\w.#<>[\] ]+?) \(/m.exec(error.stack ?? "")?.[1];
  const kind = /^[A-Za-z]{1,60}$/.test(error.name) ? error.name : "Error";
  return (place ? `${kind} in ${place}` : kind).slice(0, 200);
}

/** What the driver calls a database that is not there, is going away, or has no room. */
const kinds = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"]);
/** Prisma's own codes for the same and for a transaction that found no room in time (P2028), and PostgreSQL's for shutting down and starting up. */
const codes = new Set(["P1001", "P1002", "P1008", "P1017", "P2024", "P2028", "P2037"]);
const states = new Set(["57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08004", "08006"]);
/** What the driver itself says, where it is asked directly: the network's errors, and two without a code. */
const network = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND"]);
const sentences = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Seconds until another try is worth it: about what a restart of the database takes. */
export const databaseAwayRetrySeconds = 10;

export const databaseAwaySentence = "The database cannot be reached at the moment, so nothing was stored. Try again in a minute.";

/**
 * Whether an error means that the database cannot be reached, rather than that the code is wrong. Told by shape: web
 * process and pages are separate module graphs with an error class each.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (sentences.test(error.message)) return true;
  const { code, meta } = error as Error & { code?: unknown; meta?: { driverAdapterError?: { cause?: { kind?: unknown; originalCode?: unknown } } } };
  const driver = meta?.driverAdapterError?.cause;
  return codes.has(String(code)) || states.has(String(code)) || network.has(String(code)) || kinds.has(String(driver?.kind)) || states.has(String(driver?.originalCode));
}

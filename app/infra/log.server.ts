import { randomUUID } from "node:crypto";
import { destination as fileOrStream, pino, type DestinationStream, type Logger as PinoLogger } from "pino";

export type Logger = PinoLogger;

/** Names under which personal data, secrets or message text could slip into a log line by accident. */
const personal = new Set([
  "email", "phone", "name", "address", "subject", "text", "html", "body", "message", "description", "contact", "ip",
  "password", "token", "secret", "cookie", "authorization", "to", "from", "url",
]);

/**
 * Errors say what broke, not whose data broke it: only the class, the code and the stack frames are kept, because
 * a database or mail error repeats in its message the values it was given.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, meta } = error as Error & { code?: unknown; meta?: { modelName?: unknown } };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(typeof meta?.modelName === "string" ? { model: meta.modelName } : {}),
    at: frames.slice(0, 12).map((line) => line.trim().slice(3)),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** What is thrown under these names is described, whatever it is: a thrown string may be anybody's. */
const serializers = { err: describeError, error: describeError };

/** What is nested deeper than this is left out. */
const deepest = 4;

/**
 * The same without what stands under a personal name, at whatever depth. One walk over the few values of a line costs a
 * sixth of what pino's own redaction does by paths with wildcards: that was a third of a small job.
 */
function withoutPersonal(value: object, depth = 1): object {
  if (value instanceof Error) return describeError(value);
  if ("toJSON" in value) return value;
  if (depth > deepest) return { left: "out" };
  let kept: Record<string, unknown> | null = null;
  for (const name of Object.keys(value)) {
    if (depth === 1 && name in serializers) continue;
    const inner = (value as Record<string, unknown>)[name];
    const clean = personal.has(name) ? "[redacted]" : typeof inner === "object" && inner !== null ? withoutPersonal(inner, depth + 1) : inner;
    if (clean !== inner) (kept ??= (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>)[name] = clean;
  }
  return kept ?? value;
}

const lineOf = (line: object): Record<string, unknown> => withoutPersonal(line) as Record<string, unknown>;

/** A line waits this long for others, and no more bytes than this wait. */
const [longestWaitMs, mostWaitingBytes] = [100, 8_192];

const wantsLevels = Symbol.for("pino.metadata");

/** What still has lines waiting when the process ends: one listener for all, since a test opens many. */
const unwritten = new Set<() => void>();
process.on("exit", () => {
  for (const flush of unwritten) flush();
});

/**
 * Where lines go: many in one write, since a write of each takes longer than a small job. A warning, an error and the end of
 * the process, also by an exception, bring everything out at once; a process that is killed loses its last tenth of a second.
 *
 * @param to a file, or standard output
 */
export function logDestination(to: string | number = 1): DestinationStream {
  const out = fileOrStream({ dest: to, sync: true, minLength: mostWaitingBytes });
  let waiting: NodeJS.Timeout | null = null;
  const flush = (): void => {
    if (waiting) clearTimeout(waiting);
    waiting = null;
    unwritten.delete(flush);
    out.flushSync();
  };
  return {
    [wantsLevels]: true,
    lastLevel: 0,
    write(line: string) {
      out.write(line);
      if (this.lastLevel >= pino.levels.values.warn!) flush();
      else {
        unwritten.add(flush);
        waiting ??= setTimeout(flush, longestWaitMs).unref();
      }
    },
  } as DestinationStream & { lastLevel: number };
}

/** JSON lines on standard output; `name` tells the web process from the worker. */
export function createLogger(options: { level: string; name: string }, destination: DestinationStream = logDestination()): Logger {
  const log = pino(
    {
      level: options.level,
      base: { service: options.name, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: lineOf },
      messageKey: "msg",
      serializers,
    },
    destination,
  );
  // Children inherit this; pino keeps no formatter of bindings for them.
  const { child } = log;
  Object.assign(log, {
    child(this: Logger, bindings: object, ...rest: unknown[]): unknown {
      return Reflect.apply(child, this, [lineOf(bindings), ...rest]);
    },
  });
  return log;
}

/**
 * Node's own warnings become log lines: it would print them as plain text between the JSON. The one seen today is the
 * driver's about overlapping queries, from how Prisma loads relations within a transaction.
 */
export function logWarnings(log: Logger): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log.info({ err: warning }, warning.name));
}

/**
 * What libraries print becomes log lines too. They repeat what a caller sent, so only the words before the first path,
 * quote or number are kept, and of an error what `describeError` keeps.
 */
export function logConsole(log: Logger): void {
  const line = (...said: unknown[]): void => {
    const [first] = said;
    const words = typeof first === "string" ? /^[\p{L} ,'-]{1,80}/u.exec(first)?.[0].replace(/[\s-]+$/, "") : "";
    const err = said.find((part) => part instanceof Error);
    log.warn(err ? { err } : {}, `console: ${words || "a message"}`);
  };
  Object.assign(console, { log: line, info: line, warn: line, error: line });
}

const acceptable = /^[A-Za-z0-9._-]{8,64}$/;

/** The id a proxy in front gave the request, if it looks like one, else a new one; it is echoed in the response. */
export const requestIdFrom = (header: string | string[] | undefined): string =>
  typeof header === "string" && acceptable.test(header) ? header : randomUUID();

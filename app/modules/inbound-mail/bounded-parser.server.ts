import { Worker } from "node:worker_threads";
import type { Deps } from "~/infra/deps.server";
import type { ParsedMessage } from "./parsed-message";
import type { MailFault } from "./received-mail";

/**
 * Anything may be sent: a message that takes longer or more than this is unreadable. Depth and parts are bounded by the parser
 * (`parseLimits`). The time is that of one message in a thread that runs already, and long enough for a busy machine.
 */
export const parserBounds = { seconds: 10, heapMegabytes: 256, threads: 2 } as const;
export type ParserBounds = { readonly [name in keyof typeof parserBounds]: number };

export type BoundedParse = { ok: true; message: ParsedMessage } | { ok: false; fault: MailFault };

export interface MailParser {
  /** Rejects only for what is not the message's doing, such as being closed meanwhile. */
  parse(bytes: Uint8Array): Promise<BoundedParse>;
  close(): Promise<void>;
}

/** What the commands that read mail are given. */
export interface MailDeps extends Deps {
  parser: MailParser;
}

export type ParserSaid = { kind: "ready" } | { kind: "parsed"; message: ParsedMessage } | { kind: "failed" };

interface Work {
  bytes: Uint8Array;
  resolve(parse: BoundedParse): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** Whether it has started: until then nothing it was given can be to blame for anything. */
  ready: boolean;
  work: Work | null;
  late?: NodeJS.Timeout;
}

/** The parser in threads of their own, which are kept for the next message and ended when one takes too much. */
export function openMailParser(bounds: ParserBounds = parserBounds, program: URL = new URL("./parser-thread.mjs", import.meta.url)): MailParser {
  const waiting: Work[] = [];
  const threads = new Set<Thread>();
  let closed = false;

  const start = (): Thread => {
    const worker = new Worker(program, { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: bounds.heapMegabytes } });
    const thread: Thread = { worker, ready: false, work: null };
    threads.add(thread);
    // It keeps the process alive only while it has work.
    worker.unref();
    worker.on("message", (said: ParserSaid) => {
      if (said.kind === "ready") begin(thread);
      else done(thread, said.kind === "parsed" ? { ok: true, message: said.message } : { ok: false, fault: "broken" });
    });
    worker.on("error", (error: NodeJS.ErrnoException) => end(thread, thread.ready ? (error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too_large" : "broken") : error));
    worker.on("exit", () => end(thread, thread.ready && !closed ? "broken" : new Error("the parser's thread ended")));
    return thread;
  };

  const begin = (thread: Thread): void => {
    thread.ready = true;
    if (!thread.work) return;
    thread.late = setTimeout(() => end(thread, "too_long"), bounds.seconds * 1_000);
    const copy = Uint8Array.from(thread.work.bytes);
    thread.worker.postMessage(copy, [copy.buffer]);
  };

  const done = (thread: Thread, parse: BoundedParse | Error): void => {
    const { work } = thread;
    clearTimeout(thread.late);
    thread.work = null;
    thread.worker.unref();
    if (parse instanceof Error) work?.reject(parse);
    else work?.resolve(parse);
    next();
  };

  const end = (thread: Thread, why: MailFault | Error): void => {
    if (!threads.delete(thread)) return;
    void thread.worker.terminate();
    done(thread, typeof why === "string" ? { ok: false, fault: why } : why);
  };

  const next = (): void => {
    while (waiting.length > 0) {
      const free = [...threads].find(({ work }) => work === null) ?? (threads.size < bounds.threads ? start() : null);
      if (!free) return;
      free.work = waiting.shift()!;
      free.worker.ref();
      if (free.ready) begin(free);
    }
  };

  return {
    parse: (bytes) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error("the parser is closed"));
        waiting.push({ bytes, resolve, reject });
        next();
      }),
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error("the parser is closed"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

import { Worker } from "node:worker_threads";
import type { Deps } from "~/infra/deps.server";
import type { MessageContents } from "./message-contents.server";
import type { ParsedMessage } from "./parsed-message";
import type { MailFault } from "./received-mail";

/**
 * Anything may be sent: a message that takes longer or more than this is unreadable. Depth and parts are bounded by the parser
 * (`parseLimits`). The time is that of one message in a thread that runs already, and long enough for a busy machine.
 */
export const parserBounds = { seconds: 10, heapMegabytes: 256, threads: 2 } as const;
export type ParserBounds = { readonly [name in keyof typeof parserBounds]: number };

type Bounded<Read> = ({ ok: true } & Read) | { ok: false; fault: MailFault };
export type BoundedParse = Bounded<{ message: ParsedMessage }>;
export type BoundedContents = Bounded<{ contents: MessageContents }>;

export interface MailParser {
  /** Rejects only for what is not the message's doing, such as being closed meanwhile. */
  parse(bytes: Uint8Array): Promise<BoundedParse>;
  /** What is attached to it, byte for byte, and its HTML, sanitised. Rejects as `parse` does. */
  contents(bytes: Uint8Array): Promise<BoundedContents>;
  close(): Promise<void>;
}

/** What the commands that read mail are given. */
export interface MailDeps extends Deps {
  parser: MailParser;
}

export type ParserSaid = { kind: "ready" } | { kind: "read"; read: Read } | { kind: "failed" };
export interface ParserAsked {
  what: "message" | "contents";
  bytes: Uint8Array;
}
type Read = { message: ParsedMessage } | { contents: MessageContents };
type Answer = Bounded<Read>;

interface Work extends ParserAsked {
  resolve(answer: Answer): void;
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
      else done(thread, said.kind === "read" ? { ok: true, ...said.read } : { ok: false, fault: "broken" });
    });
    worker.on("error", (error: NodeJS.ErrnoException) => end(thread, thread.ready ? (error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too_large" : "broken") : error));
    worker.on("exit", () => end(thread, thread.ready && !closed ? "broken" : new Error("the parser's thread ended")));
    return thread;
  };

  const begin = (thread: Thread): void => {
    thread.ready = true;
    if (!thread.work) return;
    thread.late = setTimeout(() => end(thread, "too_long"), bounds.seconds * 1_000);
    const bytes = Uint8Array.from(thread.work.bytes);
    thread.worker.postMessage({ what: thread.work.what, bytes } satisfies ParserAsked, [bytes.buffer]);
  };

  const done = (thread: Thread, parse: Answer | Error): void => {
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

  const ask = <Expected extends Answer>(what: ParserAsked["what"], bytes: Uint8Array) =>
    new Promise<Expected>((resolve, reject) => {
      if (closed) return reject(new Error("the parser is closed"));
      waiting.push({ what, bytes, resolve: (answer) => resolve(answer as Expected), reject });
      next();
    });

  return {
    parse: (bytes) => ask<BoundedParse>("message", bytes),
    contents: (bytes) => ask<BoundedContents>("contents", bytes),
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error("the parser is closed"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

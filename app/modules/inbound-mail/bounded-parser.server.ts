import { Worker } from "node:worker_threads";
import type { Deps } from "~/infra/deps.server";
import type { MessageContents } from "./message-contents";
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
export type BoundedWhole = Bounded<{ message: ParsedMessage; contents: MessageContents }>;

export interface MailParser {
  /** Rejects only for what is not the message's doing, such as being closed meanwhile. */
  parse(bytes: Uint8Array): Promise<BoundedParse>;
  /** The same with what is attached to it, byte for byte, and its HTML, sanitised. Rejects as `parse` does. */
  whole(bytes: Uint8Array): Promise<BoundedWhole>;
  close(): Promise<void>;
}

/** What the commands that read mail are given. */
export interface MailDeps extends Deps {
  parser: MailParser;
}

export type ParserSaid = { kind: "ready" } | { kind: "read"; read: Read } | { kind: "failed" };
export interface ParserAsked {
  what: "message" | "whole";
  bytes: Uint8Array;
}
interface Read {
  message: ParsedMessage;
  contents?: MessageContents;
}
type Answer = Bounded<Read>;

interface Work extends ParserAsked {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** Whether it has started: until then nothing it was given can be to blame for anything. */
  ready: boolean;
  /** What it was given, in order: it works on the first, so that one alone is to blame for what happens to it. */
  given: Work[];
  late?: NodeJS.Timeout;
}

/** A thread has the next messages at hand while it reads one, as long as they are small: it never waits to be asked. */
const ahead = { messages: 8, bytes: 1_000_000 } as const;

const bytesOf = (works: readonly Work[]): number => works.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

/** The parser in threads of their own, which are kept for the next message and ended when one takes too much. */
export function openMailParser(bounds: ParserBounds = parserBounds, program: URL = new URL("./parser-thread.mjs", import.meta.url)): MailParser {
  let waiting: Work[] = [];
  const threads = new Set<Thread>();
  let closed = false;

  const start = (): Thread => {
    const worker = new Worker(program, { execArgv: [], env: {}, resourceLimits: { maxOldGenerationSizeMb: bounds.heapMegabytes } });
    const thread: Thread = { worker, ready: false, given: [] };
    threads.add(thread);
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
    for (const work of thread.given) post(thread, work);
    watch(thread);
  };

  const post = ({ worker }: Thread, { what, bytes }: Work): void => {
    const copy = Uint8Array.from(bytes);
    worker.postMessage({ what, bytes: copy } satisfies ParserAsked, [copy.buffer]);
  };

  /** Times the message a thread works on; while it has none it does not keep the process alive. */
  const watch = (thread: Thread): void => {
    clearTimeout(thread.late);
    if (thread.given.length === 0) thread.worker.unref();
    else thread.late = setTimeout(() => end(thread, "too_long"), bounds.seconds * 1_000);
  };

  const done = (thread: Thread, answer: Answer): void => {
    thread.given.shift()?.resolve(answer);
    watch(thread);
    next();
  };

  const end = (thread: Thread, why: MailFault | Error): void => {
    if (!threads.delete(thread)) return;
    clearTimeout(thread.late);
    void thread.worker.terminate();
    const [first, ...others] = thread.given;
    if (typeof why === "string") first?.resolve({ ok: false, fault: why });
    else first?.reject(why);
    if (closed) for (const { reject } of others) reject(why);
    else waiting = [...others, ...waiting];
    next();
  };

  const next = (): void => {
    while (waiting.length > 0) {
      const [least] = [...threads].sort((a, b) => a.given.length - b.given.length);
      const thread = least && (least.given.length === 0 || threads.size === bounds.threads) ? least : start();
      const work = waiting[0]!;
      if (thread.given.length >= ahead.messages || (thread.given.length > 0 && bytesOf([...thread.given, work]) > ahead.bytes)) return;
      waiting.shift();
      thread.given.push(work);
      if (thread.given.length === 1) thread.worker.ref();
      if (!thread.ready) continue;
      post(thread, work);
      if (thread.given.length === 1) watch(thread);
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
    whole: (bytes) => ask<BoundedWhole>("whole", bytes),
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error("the parser is closed"));
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

/**
 * A parser for the steps that all read one and the same message: it is parsed once, whole, for all of them. Where what came with
 * it is what takes too much, the message alone is read.
 */
export function parsedOnce(parser: MailParser): MailParser {
  let [reading, alone]: [Promise<BoundedWhole> | null, Promise<BoundedParse> | null] = [null, null];
  const whole = (bytes: Uint8Array): Promise<BoundedWhole> => (reading ??= parser.whole(bytes));
  return {
    whole,
    parse: async (bytes) => {
      const read = await whole(bytes);
      return read.ok ? read : (alone ??= parser.parse(bytes));
    },
    close: async () => undefined,
  };
}

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

export interface ParserAsked {
  what: "message" | "whole";
  bytes: Uint8Array;
}
export interface ParserRead {
  message: ParsedMessage;
  contents?: MessageContents;
}
/** What became of messages a thread was given, in their order. */
export type ParserAnswer = { ok: true; read: ParserRead } | { ok: false };
export type ParserSaid = { kind: "ready" } | { kind: "answers"; answers: ParserAnswer[] };
type Answer = Bounded<ParserRead>;

/**
 * What a thread writes down of itself in memory both see. First a number that grows by one when it begins a message and when it has read it: twice the messages read, and odd
 * while it reads. Then when it began the last one, in nanoseconds of the machine's steady clock.
 */
type Progress = BigInt64Array;

interface Work extends ParserAsked {
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

interface Thread {
  worker: Worker;
  /** Whether it has started: until then nothing it was given can be to blame for anything. */
  ready: boolean;
  /** What it was given and has not answered, in order. */
  given: Work[];
  /** How many it has answered. */
  answered: number;
  progress: Progress;
  /** When it was last heard or given something, by the steady clock. */
  heardAt: bigint;
  late?: NodeJS.Timeout;
}

/** A thread has the next messages at hand while it reads one, as long as they are small: it never waits to be asked, and is seldom woken. */
const ahead = { messages: 8, bytes: 1_000_000 } as const;

const bytesOf = (works: readonly Work[]): number => works.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);

const nanosecondsPerMs = 1_000_000n;

/** Which of those it was given a thread is at, or was at last: that one alone is to blame for what happens to it. */
const atIn = ({ progress, answered }: Thread): number => Math.max(0, Math.ceil(Number(Atomics.load(progress, 0)) / 2) - answered - 1);

/** The parser in threads of their own, which are kept for the next message and ended when one takes too much. What else such a thread had at hand is read by another. */
export function openMailParser(bounds: ParserBounds = parserBounds, program: URL = new URL("./parser-thread.mjs", import.meta.url)): MailParser {
  const longest = BigInt(Math.round(bounds.seconds * 1_000)) * nanosecondsPerMs;
  let waiting: Work[] = [];
  const threads = new Set<Thread>();
  let [closed, isPlanned] = [false, false];

  const start = (): Thread => {
    const progress = new BigInt64Array(new SharedArrayBuffer(16));
    const worker = new Worker(program, { execArgv: [], env: {}, workerData: { progress: progress.buffer }, resourceLimits: { maxOldGenerationSizeMb: bounds.heapMegabytes } });
    const thread: Thread = { worker, ready: false, given: [], answered: 0, progress, heardAt: 0n };
    threads.add(thread);
    worker.on("message", (said: ParserSaid) => {
      if (!threads.has(thread)) return;
      if (said.kind === "ready") begin(thread);
      else done(thread, said.answers);
    });
    worker.on("error", (error: NodeJS.ErrnoException) => end(thread, thread.ready ? (error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too_large" : "broken") : error));
    worker.on("exit", () => end(thread, thread.ready && !closed ? "broken" : new Error("the parser's thread ended")));
    return thread;
  };

  const begin = (thread: Thread): void => {
    thread.ready = true;
    post(thread, thread.given);
    watch(thread);
  };

  const post = (thread: Thread, works: readonly Work[]): void => {
    if (works.length === 0) return;
    const asked = works.map(({ what, bytes }): ParserAsked => ({ what, bytes: new Uint8Array(bytes) }));
    thread.heardAt = process.hrtime.bigint();
    thread.worker.postMessage(asked, asked.map(({ bytes }) => bytes.buffer as ArrayBuffer));
  };

  /** Times the message a thread is at; while it has none it does not keep the process alive. */
  const watch = (thread: Thread, afterMs = bounds.seconds * 1_000): void => {
    clearTimeout(thread.late);
    if (thread.given.length === 0) thread.worker.unref();
    else thread.late = setTimeout(look, afterMs, thread);
  };

  const look = (thread: Thread): void => {
    const { progress, heardAt } = thread;
    const isReading = Atomics.load(progress, 0) % 2n === 1n;
    const left = longest - (process.hrtime.bigint() - (isReading ? Atomics.load(progress, 1) : heardAt));
    if (left > 0n) watch(thread, Number(left / nanosecondsPerMs) + 1);
    else end(thread, "too_long");
  };

  const done = (thread: Thread, answers: readonly ParserAnswer[]): void => {
    thread.answered += answers.length;
    thread.heardAt = process.hrtime.bigint();
    for (const [index, { resolve }] of thread.given.splice(0, answers.length).entries()) {
      const answer = answers[index]!;
      resolve(answer.ok ? { ok: true, ...answer.read } : { ok: false, fault: "broken" });
    }
    watch(thread);
    next();
  };

  const end = (thread: Thread, why: MailFault | Error): void => {
    if (!threads.delete(thread)) return;
    clearTimeout(thread.late);
    void thread.worker.terminate();
    const [blamed] = thread.given.splice(atIn(thread), 1);
    if (typeof why === "string") blamed?.resolve({ ok: false, fault: why });
    else blamed?.reject(why);
    if (closed) for (const { reject } of thread.given) reject(why);
    else waiting = [...thread.given, ...waiting];
    next();
  };

  const next = (): void => {
    const more = new Map<Thread, Work[]>();
    for (let work = waiting[0]; work; work = waiting[0]) {
      const [least] = [...threads].sort((a, b) => a.given.length - b.given.length);
      const thread = least && (least.given.length === 0 || threads.size === bounds.threads) ? least : start();
      if (thread.given.length >= ahead.messages || (thread.given.length > 0 && bytesOf([...thread.given, work]) > ahead.bytes)) break;
      waiting.shift();
      thread.given.push(work);
      more.set(thread, [...(more.get(thread) ?? []), work]);
    }
    for (const [thread, works] of more) {
      if (thread.given.length === works.length) thread.worker.ref();
      if (!thread.ready) continue;
      post(thread, works);
      if (thread.given.length === works.length) watch(thread);
    }
  };

  /** What is asked in one turn of the loop goes to a thread together. */
  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      next();
    });
  };

  const ask = <Expected extends Answer>(what: ParserAsked["what"], bytes: Uint8Array) =>
    new Promise<Expected>((resolve, reject) => {
      if (closed) return reject(new Error("the parser is closed"));
      waiting.push({ what, bytes, resolve: (answer) => resolve(answer as Expected), reject });
      plan();
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

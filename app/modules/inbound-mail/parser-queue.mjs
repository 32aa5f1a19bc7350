import { parentPort, workerData } from "node:worker_threads";

/** A message of so many bytes is read and answered by itself, so that what its answer takes is its own doing. */
const largeBytes = 64_000;
/** So many answers go back at once: waking the other thread for each took a tenth of the time of reading them. */
const together = 4;
const longestHeldMs = 5;

/**
 * Reads what this thread is given, strictly one message after the other, though the reader rests between its steps. Which one it is at, and since when, it
 * writes where whoever started it sees that also when nothing of this thread runs any more (`Progress`).
 *
 * @param {(asked: import("./bounded-parser.server").ParserAsked) => Promise<import("./bounded-parser.server").ParserRead>} read
 */
export function answerInTurn(read) {
  const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
  const progress = new BigInt64Array(/** @type {SharedArrayBuffer} */ (workerData.progress));
  /** @type {import("./bounded-parser.server").ParserAsked[]} */
  const given = [];
  /** @type {import("./bounded-parser.server").ParserAnswer[]} */
  let answers = [];
  let oldestAt = 0;
  let isReading = false;
  /** @param {import("./bounded-parser.server").ParserSaid} said */
  const say = (said) => port.postMessage(said);

  const tell = () => {
    if (answers.length > 0) say({ kind: "answers", answers });
    answers = [];
  };

  /** @param {import("./bounded-parser.server").ParserAsked} asked */
  const answerTo = async (asked) => {
    Atomics.store(progress, 1, process.hrtime.bigint());
    Atomics.add(progress, 0, 1n);
    try {
      return { ok: /** @type {const} */ (true), read: await read(asked) };
    } catch {
      return { ok: /** @type {const} */ (false) };
    } finally {
      Atomics.add(progress, 0, 1n);
    }
  };

  const work = async () => {
    if (isReading) return;
    isReading = true;
    for (let asked = given.shift(); asked; asked = given.shift()) {
      const isLarge = asked.bytes.byteLength > largeBytes;
      if (isLarge || performance.now() - oldestAt > longestHeldMs) tell();
      const answer = await answerTo(asked);
      if (answers.length === 0) oldestAt = performance.now();
      answers.push(answer);
      if (isLarge || answers.length >= together || given.length === 0) tell();
    }
    isReading = false;
  };

  port.on("message", (/** @type {import("./bounded-parser.server").ParserAsked[]} */ more) => {
    given.push(...more);
    void work();
  });
  say({ kind: "ready" });
}

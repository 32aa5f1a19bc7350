import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

/** Parses one message after the other in a thread of its own; whoever started it ends it when one takes too long. */
register();
const { parseMessage, parseWhole } = await import("./parse-message.server.ts");

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
/** @param {import("./bounded-parser.server").ParserSaid} said */
const say = (said) => port.postMessage(said);

/** @param {import("./bounded-parser.server").ParserAsked} asked */
const read = async ({ what, bytes }) => {
  try {
    say({ kind: "read", read: what === "message" ? { message: await parseMessage(bytes) } : await parseWhole(bytes) });
  } catch {
    say({ kind: "failed" });
  }
};

// The parser rests between its steps, and a short message would overtake a long one: answers are told apart by their order alone.
let last = Promise.resolve();
port.on("message", (/** @type {import("./bounded-parser.server").ParserAsked} */ asked) => {
  last = last.then(() => read(asked));
});
say({ kind: "ready" });

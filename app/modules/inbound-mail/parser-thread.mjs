import { parentPort } from "node:worker_threads";
import { register } from "tsx/esm/api";

/** Parses one message after the other in a thread of its own; whoever started it ends it when one takes too long. */
register();
const { parseMessage, parseWhole } = await import("./parse-message.server.ts");

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
/** @param {import("./bounded-parser.server").ParserSaid} said */
const say = (said) => port.postMessage(said);

port.on("message", async (/** @type {import("./bounded-parser.server").ParserAsked} */ { what, bytes }) => {
  try {
    say({ kind: "read", read: what === "message" ? { message: await parseMessage(bytes) } : await parseWhole(bytes) });
  } catch {
    say({ kind: "failed" });
  }
});
say({ kind: "ready" });

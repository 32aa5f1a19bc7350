import { parentPort } from "node:worker_threads";
import type { ParserSaid } from "./bounded-parser.server";
import { parseMessage } from "./parse-message.server";

/** One message after the other; whoever started this ends it when one takes too long. */
const port = parentPort!;
const say = (said: ParserSaid): void => port.postMessage(said);

port.on("message", (bytes: Uint8Array) => {
  parseMessage(bytes).then(
    (message) => say({ kind: "parsed", message }),
    () => say({ kind: "failed" }),
  );
});
say({ kind: "ready" });

import { register } from "tsx/esm/api";
import { answerInTurn } from "./parser-queue.mjs";

/** Parses one message after the other in a thread of its own; whoever started it ends it when one takes too much. */
register();
const { parseMessage, parseWhole } = await import("./parse-message.server.ts");

answerInTurn(async ({ what, bytes }) => (what === "message" ? { message: await parseMessage(bytes) } : parseWhole(bytes)));

import { parentPort } from "node:worker_threads";

/** In the parser's place: does what a message tells it. */
parentPort.on("message", ({ bytes }) => {
  const told = Buffer.from(bytes).toString();
  if (told === "hang") for (;;);
  if (told === "eat") for (const eaten = []; ; ) eaten.push(new Array(10_000).fill(eaten.length));
  if (told === "die") process.exit(1);
  if (told === "throw") throw new Error("out of its depth");
  if (told === "fail") return parentPort.postMessage({ kind: "failed" });
  parentPort.postMessage({ kind: "read", read: { message: { subject: told } } });
});
parentPort.postMessage({ kind: "ready" });

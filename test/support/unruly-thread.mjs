import { answerInTurn } from "../../app/modules/inbound-mail/parser-queue.mjs";

/** In the parser's place: does what a message tells it. */
answerInTurn(async ({ bytes }) => {
  const told = Buffer.from(bytes).toString();
  if (told === "hang") for (;;);
  if (told === "eat") for (const eaten = []; ; ) eaten.push(new Array(10_000).fill(eaten.length));
  if (told === "die") process.exit(1);
  if (told === "throw") return new Promise(() => setImmediate(() => { throw new Error("out of its depth"); }));
  if (told === "fail") throw new Error("not a message");
  if (told.startsWith("rest")) await new Promise((rested) => setTimeout(rested, 200));
  return { message: { subject: told } };
});

import fc from "fast-check";
import { SMTPStream } from "smtp-server/lib/smtp-stream.js";
import { expect, test } from "vitest";
import { readDataExactly } from "./exact-data";

/** Feeds a stream in data mode piece by piece. @returns the message, and the commands behind it */
async function taken(pieces: readonly string[]): Promise<{ message: string; commands: string[] }> {
  const stream = new SMTPStream();
  const commands: string[] = [];
  stream.oncommand = (line, next) => {
    commands.push(line.toString("latin1"));
    next?.();
  };
  readDataExactly(stream);
  const data = stream.startDataMode();
  const chunks: Buffer[] = [];
  data.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => data.on("end", resolve));
  for (const piece of pieces) stream.write(Buffer.from(piece, "latin1"));
  await ended;
  stream.continue();
  await new Promise<void>((resolve) => stream.end(resolve));
  return { message: Buffer.concat(chunks).toString("latin1"), commands };
}

const stuffed = (message: string): string => message.replace(/(^|\r\n)\./g, "$1..");

test.each([
  ["a line of dots behind a bare LF", "a\n..b\n.\n...\r\n"],
  ["behind a bare CR", "a\r..b\r.\r...\r\n"],
  ["lines that begin with dots", ".\r\n..\r\n...x\r\n"],
  ["nothing but an end of line", "\r\n"],
  ["CR CR LF before a dot", "a\r\r\n.\r\r\n..b\r\n"],
])("gives back what was sent, however it is cut up: %s", async (_what, message) => {
  const sent = `${stuffed(message)}.\r\nNOOP\r\n`;
  for (const pieces of [[sent], [...sent], sent.match(/[\s\S]{1,2}/g)!, sent.match(/[\s\S]{1,3}/g)!]) expect(await taken(pieces)).toEqual({ message, commands: ["NOOP"] });
});

test("an empty message ends where it begins", async () => {
  expect(await taken([".\r\nQUIT\r\n"])).toEqual({ message: "", commands: ["QUIT"] });
  expect(await taken([".", "\r", "\nQUIT\r\n"])).toEqual({ message: "", commands: ["QUIT"] });
});

test("any message, cut anywhere", { timeout: 60_000 }, async () => {
  const signs = fc.array(fc.constantFrom("\r", "\n", ".", "x", "\r\n", "\r\n.", "\n."), { maxLength: 30 }).map((all) => `${all.join("")}\r\n`);
  await fc.assert(
    fc.asyncProperty(signs, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 10 }), async (message, sizes) => {
      const sent = `${stuffed(message)}.\r\nNOOP\r\n`;
      const pieces: string[] = [];
      for (let at = 0, turn = 0; at < sent.length; at += sizes[turn % sizes.length]!, turn += 1) pieces.push(sent.slice(at, at + sizes[turn % sizes.length]!));
      expect(await taken(pieces)).toEqual({ message, commands: ["NOOP"] });
    }),
    { numRuns: 500, seed: 7 },
  );
});

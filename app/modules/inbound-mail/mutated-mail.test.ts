import { expect, test } from "vitest";
import { mutated } from "../../../test/support/mail-mutations";
import { sampleMails } from "../../../test/support/mails";
import { parseMessage, UnreadableMessage } from "./parse-message.server";
import { parseLimits, type ParsedMessage } from "./parsed-message";
import { readingOf } from "./reading";
import { barsAnswer } from "./understand/automatic";
import { understandMail } from "./understand/understand-mail";

const runs = Number(process.env.MAIL_FUZZ_RUNS ?? 400);
const firstSeed = Number(process.env.MAIL_FUZZ_SEED ?? 1);

const charsOf = ({ text, parts }: ParsedMessage): number => text.length + parts.reduce((sum, part) => sum + (part.text?.length ?? 0) + (part.embedded ? charsOf(part.embedded) : 0), 0);

/** `MAIL_FUZZ_RUNS=100000` sends more and prints what was seen; `MAIL_FUZZ_SEED` plays one again. */
test(`whatever is sent, it is read within bounds or told to be unreadable (${runs} mutated messages)`, async () => {
  const seeds = Object.values(sampleMails());
  const kinds = new Map<string, number>();
  let slowest = { ms: 0, seed: 0 };
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const begun = performance.now();
    const kind = await kindOf(mutated(seeds, seed), seed);
    const ms = performance.now() - begun;
    if (ms > slowest.ms) slowest = { ms, seed };
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  if (runs > 1_000) console.log(`${runs} messages; slowest ${slowest.ms.toFixed(0)} ms (seed ${slowest.seed}); resident ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB;`, Object.fromEntries(kinds));
  expect([...kinds.values()].reduce((sum, count) => sum + count, 0)).toBe(runs);
}, 3_600_000);

async function kindOf(bytes: Buffer, seed: number): Promise<string> {
  try {
    const message = await parseMessage(bytes);
    expect(message.parts.length, `seed ${seed}`).toBeLessThanOrEqual(parseLimits.parts);
    expect(charsOf(message), `seed ${seed}`).toBeLessThanOrEqual(parseLimits.totalChars + parseLimits.textChars * (1 + parseLimits.embedded));
    const envelope = { sender: null, recipients: [] };
    const understood = understandMail(message, { envelope, signed: null, thread: null, toAppeals: false });
    readingOf(understood, message.cut);
    barsAnswer(message, envelope, () => false);
    return understood.kind;
  } catch (error) {
    if (error instanceof UnreadableMessage) return "unreadable";
    throw new Error(`seed ${seed}`, { cause: error });
  }
}

import { simpleParser } from "mailparser";
import { openMailParser } from "~/modules/inbound-mail/bounded-parser.server";
import { parseMessage } from "~/modules/inbound-mail/parse-message.server";
import type { ParsedMessage } from "~/modules/inbound-mail/parsed-message";
import { readingOf } from "~/modules/inbound-mail/reading";
import { understandMail } from "~/modules/inbound-mail/understand/understand-mail";
import { plainMail, sampleMails } from "../support/mails";
import { interleave, ratio, report, typical, type Run } from "./harness";
import type { Suite } from "./run";

const long = (first: string, words: string): Buffer => plainMail({ Subject: "Spam texts" }, [first, ...Array.from({ length: 60 }, (_, line) => `${line}. ${words}`)].join("\n"));

const understand = (message: ParsedMessage): void => {
  readingOf(understandMail(message, { envelope: { sender: "ana@reader.example", recipients: [] }, signed: null, thread: null, toAppeals: false }), message.cut);
};

/**
 * From bytes to everything a report is filed from, beside `mailparser` alone with its own options: in the same thread, and
 * through the threads the product keeps for it. A call reads one message of each kind.
 */
export const mailReading: Suite = async ({ quick }) => {
  const mails = [...Object.values(sampleMails()), long("The number is 303-555-0142, the link https://roofs.example/buy.", "They keep texting me though I replied STOP; please tell me why."), long("El número es +34 612 345 678.", "Esta empresa no para de mandarme mensajes y no los pedí.")];
  const parser = openMailParser();
  const all = (one: (bytes: Buffer) => Promise<unknown>): Run => async () => {
    for (const bytes of mails) await one(bytes);
  };
  try {
    const taken = await interleave(
      {
        read: all(async (bytes) => understand(await parseMessage(bytes))),
        // As the worker does: several at once, in as many threads as the product keeps.
        apart: () =>
          Promise.all(
            mails.map(async (bytes) => {
              const parsed = await parser.parse(bytes);
              if (parsed.ok) understand(parsed.message);
            }),
          ),
        bare: all((bytes) => simpleParser(bytes)),
      },
      quick ? 10 : 100,
    );
    const perSecond = (name: keyof typeof taken) => (mails.length / typical(taken[name], "p50")) * 1_000;
    console.log(`\nmail/reading: ${mails.length} messages a call; bare mailparser ${perSecond("bare").toFixed(0)} a second, read and understood ${perSecond("read").toFixed(0)}, in the parser's threads ${perSecond("apart").toFixed(0)}`);
    return report("messages a second ÷ bare mailparser", [
      { what: "parsed and understood", value: 1 / ratio(taken.read, taken.bare, "p50"), atLeast: 0.7 },
      { what: "the same through the parser's threads", value: 1 / ratio(taken.apart, taken.bare, "p50"), atLeast: 0.7 },
    ]);
  } finally {
    await parser.close();
  }
};

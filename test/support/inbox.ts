import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

const mailbox = z.array(z.object({ address: z.string(), name: z.string().optional() }));

const mailSchema = z.object({
  id: z.string(),
  time: z.string(),
  subject: z.string().default(""),
  from: mailbox.default([]),
  to: mailbox.default([]),
  text: z.string().default(""),
  html: z.string().or(z.literal(false)).optional(),
  headers: z.record(z.string(), z.unknown()).default({}),
});

export type Mail = z.infer<typeof mailSchema>;

export interface MailFilter {
  to?: string;
  subject?: RegExp;
  /** Anything in the text. */
  text?: RegExp;
}

export interface Inbox {
  url: string;
  /** In the order of arrival. */
  mails(filter?: MailFilter): Promise<Mail[]>;
  /** The newest mail that fits, as soon as there are `count` that fit. */
  waitFor(filter: MailFilter, options?: { count?: number; withinMs?: number }): Promise<Mail>;
  /** The mail as it came over the wire. */
  source(mail: Mail): Promise<string>;
}

/** What the product mailed, read from the inbox that `npm start` shows. */
export function openInbox(url: string): Inbox {
  const read = async (path: string): Promise<Response> => {
    const response = await fetch(new URL(path, url));
    if (!response.ok) throw new Error(`the inbox answered ${response.status} to ${path}`);
    return response;
  };
  const mails = async (filter: MailFilter = {}): Promise<Mail[]> => {
    const all = z.array(mailSchema).parse(await (await read("/api/email?sort=asc")).json());
    return all.filter((mail) => fits(mail, filter));
  };
  return {
    url,
    mails,
    async waitFor(filter, { count = 1, withinMs = 30_000 } = {}) {
      const giveUpAt = Date.now() + withinMs;
      for (;;) {
        const found = await mails(filter);
        const newest = found.at(-1);
        if (newest && found.length >= count) return newest;
        if (Date.now() > giveUpAt) {
          const seen = (await mails()).map((mail) => `${mail.to.map(({ address }) => address).join(", ")}: ${mail.subject}`);
          throw new Error(`no such mail came (${describe(filter)}); the inbox has:\n${seen.join("\n") || "nothing"}`);
        }
        await sleep(150);
      }
    },
    source: async (mail) => (await read(`/api/email/${mail.id}/source`)).text(),
  };
}

const fits = (mail: Mail, { to, subject, text }: MailFilter): boolean =>
  (!to || mail.to.some(({ address }) => address.toLowerCase() === to.toLowerCase())) &&
  (!subject || subject.test(mail.subject)) &&
  (!text || text.test(mail.text));

const describe = (filter: MailFilter): string => Object.entries(filter).map(([name, value]) => `${name} ${String(value)}`).join(", ");

/** The addresses in the text of a mail. */
export const linksIn = (mail: Mail): string[] => [...mail.text.matchAll(/https?:\/\/[^\s<>()"]+/g)].map(([link]) => link.replace(/[.,;:]+$/, ""));

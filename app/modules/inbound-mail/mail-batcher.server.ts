import type { Pool } from "pg";
import { insertMails, type NewMail } from "./new-mail.repo.server";

/** More than this in one statement makes the others wait longer than it saves. */
const mostMails = 200;
/** While one insert waits for the disk the next is written; more only contend for the processor. */
const lanes = 2;

interface Waiter {
  mail: NewMail;
  settle(isNew: boolean): void;
  fail(error: unknown): void;
}

export interface MailBatcher {
  /** @returns whether the mail is new, once its row is on disk */
  add(mail: NewMail): Promise<boolean>;
  drain(): Promise<void>;
}

/** Group commit: mails that arrive while an insert is under way share the next one and its wait for the disk. */
export function createMailBatcher(pool: Pool): MailBatcher {
  const waiting: Waiter[] = [];
  let busy = 0;
  let scheduled = false;
  let idle: (() => void)[] = [];

  const carry = async (batch: Waiter[]): Promise<void> => {
    try {
      const fresh = await insertMails(pool, batch.map(({ mail }) => mail));
      for (const { mail, settle } of batch) settle(fresh.has(mail.id));
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
    busy -= 1;
    flush();
  };

  const flush = (): void => {
    while (busy < lanes && waiting.length > 0) {
      busy += 1;
      void carry(waiting.splice(0, mostMails));
    }
    if (busy === 0) for (const settle of idle.splice(0)) settle();
  };

  return {
    add(mail) {
      if (!scheduled) {
        scheduled = true;
        setImmediate(() => {
          scheduled = false;
          flush();
        });
      }
      return new Promise((settle, fail) => waiting.push({ mail, settle, fail }));
    },
    drain: () => (busy === 0 && waiting.length === 0 ? Promise.resolve() : new Promise((settle) => (idle = [...idle, settle]))),
  };
}

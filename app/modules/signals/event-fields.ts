import { isIP } from "node:net";
import { z } from "zod";
import type { MessageEventType } from "./message-event";

/** What each field of an event may be, once, for the published schema and for the reader that keeps up with the line. */

/** Visible ASCII: it is repeated in signals and evidence, and compared byte for byte. */
export const idRule = /^[!-~]{1,100}$/;
/** No control characters, which no database takes, and no half of an emoji. */
export const plainRule = /^[^\p{Cc}\p{Cs}]*$/u;
/** What begins with a plus is a number and has to be one. */
export const contactRule = /^(?:\+[1-9]\d{6,14}|[^\p{Cc}\p{Cs}+][^\p{Cc}\p{Cs}]{0,127})$/u;
export const instantRule = z.regexes.datetime({ offset: true });

export const longest = { text: 128, name: 200, instant: 40, account: 120 } as const;

export const isAddress = (text: string): boolean => text.length <= 45 && isIP(text) !== 0 && !text.includes("%");

/** An event about nobody in particular. */
export const needsContact = (type: MessageEventType): boolean => type !== "api.request" && type !== "account.updated";

export const eventFaults = {
  object: "is not an object",
  text: "is not text",
  empty: "is empty",
  control: "holds characters that nobody types",
  flag: "is not true or false",
  id: "is not 1 to 100 visible ASCII characters",
  contact: "is neither a number in E.164 nor an id of 1 to 128 characters",
  contactMissing: "is missing",
  instant: "is not an instant with its offset, such as 2026-11-20T21:05:00Z",
  consent: "is not an object with method and at",
  zone: "is not an IANA time zone",
  ip: "is not an IP address",
  long: (max: number) => `is longer than ${max} characters`,
  word: (words: readonly string[]) => `is not one of ${words.join(", ")}`,
} as const;

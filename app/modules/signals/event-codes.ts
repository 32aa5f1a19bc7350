import type { ConsentMethod, MessageCategory, MessageEventType } from "./message-event";

/** The small numbers that stand for the words in the store. Once given, a number keeps its meaning for ever. */
export const typeCodes = {
  "message.sent": 1,
  "message.delivered": 2,
  "message.failed": 3,
  inbound: 4,
  opt_out: 5,
  opt_in: 6,
  "template.sent": 7,
  "api.request": 8,
  "contact.imported": 9,
  "account.updated": 10,
} as const satisfies Record<MessageEventType, number>;

export const categoryCodes = { marketing: 1, transactional: 2, utility: 3, automated: 4 } as const satisfies Record<MessageCategory, number>;

export const consentCodes = { customer_initiated: 1, website_form: 2, signup_form: 3, other: 4 } as const satisfies Record<ConsentMethod, number>;

const byCode = <Word extends string>(codes: Record<Word, number>) => new Map(Object.entries(codes).map(([word, code]) => [code as number, word as Word]));

export const typeOfCode = byCode(typeCodes);
export const categoryOfCode = byCode(categoryCodes);
export const consentOfCode = byCode(consentCodes);

/** Accounts are spread over so many shards, so that workers can divide them and each account keeps its order. */
export const shardCount = 64;

/** FNV-1a over the account's id: the same in every process and release. */
export function shardOf(accountId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < accountId.length; i++) hash = Math.imul(hash ^ accountId.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (shardCount - 1);
}

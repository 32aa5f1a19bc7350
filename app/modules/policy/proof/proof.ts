import { z } from "zod";
import { csvField } from "~/infra/csv";
import { clauseFields } from "../policy-changes";
import { clauseTextSchema } from "../policy-content";

/**
 * The proof that everybody was told of a version (CF-AUP 9), as lines of JSON: what it is about, a line for each account,
 * what they add up to, and the signature of that. It carries no address: each account's line has the hash of its lines in
 * `notices.csv`, so the proof can be shown to anybody and the file with the addresses only to whoever may see it.
 */
export const proofFormat = "policy-notice-proof/2";
export const proofName = "proof.jsonl";
export const csvName = "notices.csv";

/** Bytes of one line; the first holds the clauses of two versions and the texts that were sent. */
export const longestLine = 64 * 1024 * 1024;

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const instant = z.iso.datetime();
const day = z.iso.date();

const place = z.number().int().nullable();

export const headSchema = z.strictObject({
  format: z.literal(proofFormat),
  madeAt: instant,
  platform: z.strictObject({ key: z.string(), name: z.string(), zone: z.string(), leadDays: z.number().int().min(0).max(3_650) }),
  policy: z.strictObject({ code: z.string(), title: z.string() }),
  version: z.strictObject({ number: z.number().int(), before: z.number().int().nullable(), state: z.string(), summary: z.string(), effectiveFrom: instant }),
  campaign: z.strictObject({ id: z.uuid(), state: z.string(), effectiveDay: day, startedAt: instant.nullable(), snapshotAt: instant.nullable() }),
  /** Why less time was given than the policy promises, and the two people who answer for it. */
  requiredByLaw: z.strictObject({ reason: z.string(), askedBy: z.uuid(), agreedBy: z.uuid() }).nullable(),
  /** What was sent, in each language and for each day the version was given, with the places of the personal part. */
  texts: z.array(z.strictObject({ language: z.string(), effectiveDay: day, subject: z.string(), text: z.string(), htmlSha256: hex })),
  clauses: z.strictObject({
    before: z.array(clauseTextSchema),
    after: z.array(clauseTextSchema),
    changes: z.array(
      z.strictObject({ code: z.string(), kind: z.enum(["added", "removed", "changed", "renumbered", "moved", "same"]), before: clauseTextSchema.nullable(), after: clauseTextSchema.nullable(), beforeAt: place, afterAt: place, fields: z.array(z.enum(clauseFields)) }),
    ),
  }),
});
export type ProofHead = z.output<typeof headSchema>;

export const recipientStates = ["waiting", "notified", "unreachable", "dropped"] as const;
export type RecipientState = (typeof recipientStates)[number];

export const rowSchema = z.strictObject({
  id: z.uuid(),
  account: z.string(),
  state: z.enum(recipientStates),
  /** Came after the snapshot: told on joining, and no part of "the last one told". */
  joined: z.boolean(),
  notifiedAt: instant.nullable(),
  /** `mail`: an address accepted it. `person`: somebody told them another way, and recorded how. */
  how: z.enum(["mail", "person"]).nullable(),
  messageId: z.string().nullable(),
  lines: z.number().int().min(1),
  sha256: hex,
});
export type ProofRow = z.output<typeof rowSchema>;

export const tailSchema = z.strictObject({
  accounts: z.number().int().min(0),
  states: z.strictObject({ waiting: z.number(), notified: z.number(), unreachable: z.number(), dropped: z.number() }),
  joined: z.number().int().min(0),
  /** Of the audience at the snapshot: not told. */
  open: z.number().int().min(0),
  lastNotifiedAt: instant.nullable(),
  csv: z.strictObject({ lines: z.number().int().min(1), sha256: hex }),
  /** Of every byte before this line. */
  sha256: hex,
});
export type ProofTail = z.output<typeof tailSchema>;

export const signatureSchema = z.strictObject({ algorithm: z.literal("Ed25519"), fingerprint: hex, publicKey: z.string().max(1_000), signature: z.base64().max(100) });

/** One address of one account, or the account alone where none was written to. */
export interface ProofMessage {
  messageId: string | null;
  language: string | null;
  /** The effective day its text names. */
  textDay: string | null;
  address: string | null;
  state: string | null;
  attempts: number;
  smtpReply: string | null;
  handedOverAt: string | null;
}

export interface ProofAccount {
  id: string;
  account: string;
  state: RecipientState;
  joined: boolean;
  notifiedAt: string | null;
  how: "mail" | "person" | null;
  messageId: string | null;
  settledHow: string | null;
  readAt: string | null;
  messages: ProofMessage[];
}

export const csvColumns = [
  "account_id", "account", "account_state", "joined_later", "notified_at", "notified_by", "told_how",
  "message_id", "language", "text_day", "address", "message_state", "attempts", "smtp_reply", "handed_over_at", "banner_read_at",
] as const;
export const csvHeader = `${csvColumns.join(",")}\r\n`;

/** A field that stays on its line, whatever a mail server answered. */
const field = (value: string | number | null): string => csvField(typeof value === "string" ? value.replace(/\s*[\r\n]+\s*/g, " / ") : value);

const noMessage: ProofMessage = { messageId: null, language: null, textDay: null, address: null, state: null, attempts: 0, smtpReply: null, handedOverAt: null };

/** The account's lines of the file, one for each address. */
export function csvLinesOf({ id, account, state, joined, notifiedAt, how, settledHow, readAt, messages }: ProofAccount): string[] {
  return (messages.length > 0 ? messages : [noMessage]).map((message) =>
    `${[
      id, account, state, joined ? "yes" : "no", notifiedAt, how, settledHow,
      message.messageId, message.language, message.textDay, message.address, message.state, message.attempts, message.smtpReply, message.handedOverAt, readAt,
    ].map(field).join(",")}\r\n`,
  );
}

/** The fields of one line as {@link csvLinesOf} writes it; null when it is none. */
export function csvFieldsOf(line: string): string[] | null {
  const body = line.replace(/\r?\n$/, "");
  const fields: string[] = [];
  const one = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const found = one.exec(body);
    if (!found) return null;
    fields.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
    if (found[3] === "") return fields.length === csvColumns.length ? fields : null;
  }
}

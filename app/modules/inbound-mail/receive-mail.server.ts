import { createHash } from "node:crypto";
import { poolOf } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { sealWhole } from "~/infra/sealed-stream.server";
import { heldWhole, sha256Of } from "~/infra/storage.server";
import { auditBody } from "../audit/audit-event";
import type { Recipient } from "./address-book";
import { envelopeContext, type Envelope } from "./envelope";
import { createMailBatcher } from "./mail-batcher.server";
import type { NewMail } from "./new-mail.repo.server";
import { mailRoles, type MailSource } from "./received-mail";

const sender = { kind: "public" } as const;

export interface IncomingMail {
  source: MailSource;
  envelope: Envelope;
  recipients: readonly [Recipient, ...Recipient[]];
  /** The message as it came, dots unstuffed and nothing added. */
  content: AsyncIterable<Uint8Array>;
}

export interface MailIntake {
  /**
   * Takes one mail. When this resolves, its bytes and a row for each platform it came to are on disk, and not before; when it
   * rejects, the sender must be told to come again, and coming again makes no second mail.
   *
   * @returns how many rows are new: none when it was here before
   */
  receive(mail: IncomingMail): Promise<number>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Mails up to so many bytes, which are most, are spooled in their rows. */
const spooledBytes = 64 * 1024;

/**
 * The way in of what is sent here. The sealed bytes of a short mail stand in its row until the worker has put them into the file
 * store. Of a longer one the bytes are stored first, by SHA-256, then its rows: a crash between the two leaves a file that
 * no row names, which is swept; the sender was not answered and sends it again.
 */
export function openMailIntake(deps: Pick<Deps, "db" | "storage" | "crypto" | "clock" | "config">): MailIntake {
  const batcher = createMailBatcher(poolOf(deps.db));
  const bring = async (content: IncomingMail["content"]): Promise<BroughtMail> => {
    const { whole, stream } = await heldWhole(content, spooledBytes);
    if (stream) return { ...(await deps.storage.put(stream)), spooled: null };
    return { sha256: sha256Of(whole), size: whole.byteLength, spooled: sealWhole(deps.config.fieldKeys, whole) };
  };
  return {
    async receive(mail) {
      const brought = await bring(mail.content);
      const isNew = await Promise.all(newMailsOf(deps, mail, brought).map((row) => batcher.add(row)));
      return isNew.filter(Boolean).length;
    },
    close: () => batcher.drain(),
  };
}

export type BroughtMail = Pick<NewMail, "sha256" | "size" | "spooled">;

/** The rows of a mail: one for each platform. */
export function newMailsOf({ crypto, clock }: Pick<Deps, "crypto" | "clock">, { source, envelope, recipients }: Omit<IncomingMail, "content">, { sha256, size, spooled }: BroughtMail): NewMail[] {
  const at = clock();
  const envelopeSealed = crypto.seal(JSON.stringify(envelope), envelopeContext);
  const senderHash = envelope.from === "" ? null : crypto.lookup(envelope.from, "email");
  return platformsOf(recipients).map((ours) => {
    const [first] = [...ours].sort((a, b) => mailRoles.indexOf(a.role) - mailRoles.indexOf(b.role));
    const { platformId, role, refersTo } = first!;
    const addresses = [...new Set(ours.map(({ address }) => address))].sort();
    const [id, auditId] = [newId(), newId()];
    return {
      id,
      platformId,
      source,
      role,
      recipients: addresses,
      refersTo,
      envelopeSealed,
      senderHash,
      sha256,
      size,
      spooled,
      receivedAt: at.toUTC().toISO()!,
      dedupeKey: dedupeKeyOf(sha256, envelope.from, addresses),
      fileId: newId(),
      custodyId: newId(),
      auditId,
      outboxId: newId(),
      auditBody: auditBody(auditId, sender, { type: "mail.received", at, platformId, mailId: id, source, role, sha256, size }),
    };
  });
}

function platformsOf(recipients: readonly Recipient[]): Recipient[][] {
  const byPlatform = new Map<string, Recipient[]>();
  for (const recipient of recipients) byPlatform.set(recipient.platformId, [...(byPlatform.get(recipient.platformId) ?? []), recipient]);
  return [...byPlatform.values()];
}

/**
 * A client that did not hear our answer sends the same bytes with the same envelope again, and a mailbox gives the same bytes
 * whenever it is asked. Two people who send the same words are told apart by their envelopes.
 */
const dedupeKeyOf = (sha256: string, from: string, addresses: readonly string[]): string => createHash("sha256").update([sha256, from, ...addresses].join("\0")).digest("hex");

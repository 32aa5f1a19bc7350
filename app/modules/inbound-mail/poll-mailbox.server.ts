import type { ImapFlow } from "imapflow";
import type { Deps } from "~/infra/deps.server";
import type { MailboxSettings } from "~/infra/mail-settings";
import type { Recipients } from "./address-book.server";
import { openRecipients } from "./address-book.server";
import type { Recipient } from "./address-book";
import { headerFields } from "./authentication-results";
import { claimMailbox, leaveMailbox, moveOn, type ClaimedMailbox } from "./imap-mailbox.repo.server";
import { mailboxKey } from "./mailbox-key.server";
import { insertMailIn } from "./new-mail.repo.server";
import { returnPathOf, sentTo } from "./mailbox-envelope";
import { newMailsOf } from "./receive-mail.server";
import { readHead } from "./read-head.server";

/** Milliseconds. A poll ends before its lease does, and goes on where it was a minute later. */
const pollMs = 240_000;
const patience = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 60_000 } as const;

/**
 * Takes what is new in one mailbox. How far it was read moves in the transaction that writes the mail's row, so a crash at any
 * moment loses and doubles nothing, whether or not the server remembers flags; a mailbox that was renumbered is read from the
 * beginning, and what is known already is not taken twice. Messages stay there, marked as seen.
 *
 * @returns what came of it, in a word for the log
 */
export async function pollMailbox(deps: Deps, { mailboxId }: { mailboxId: string }): Promise<string> {
  const claimed = await claimMailbox(deps.db, mailboxId, deps.clock());
  if (!claimed) return "polled by another";
  const settings = deps.config.mail.mailboxes.find((mailbox) => mailboxKey(mailbox) === claimed.key);
  if (!settings) {
    await leaveMailbox(deps.db, claimed, { at: deps.clock(), fault: "not_configured" });
    return "not configured here";
  }
  const recipients = openRecipients(deps);
  const owner = await recipients.find(settings.address);
  const polled = owner ? await poll(deps, claimed, { settings, recipients, owner }) : { taken: 0, fault: "address_unknown" };
  if (polled.fault) deps.log.warn({ mailboxId, fault: polled.fault }, "a mailbox could not be polled to its end");
  await leaveMailbox(deps.db, claimed, { at: deps.clock(), fault: polled.fault });
  return polled.fault ?? `${polled.taken} taken`;
}

interface Poll {
  settings: MailboxSettings;
  recipients: Recipients;
  /** The address whose mailbox it is. */
  owner: Recipient;
}

async function poll(deps: Deps, mailbox: ClaimedMailbox, { settings, recipients, owner }: Poll): Promise<{ taken: number; fault: string | null }> {
  const { host, port, secure, user, password, folder } = settings;
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({ host, port, secure, auth: { user, pass: password }, logger: false, disableAutoIdle: true, disableBinary: true, ...patience });
  // What goes wrong also rejects what is waited for.
  client.on("error", () => undefined);
  const late = setTimeout(() => client.close(), pollMs);
  let taken = 0;
  try {
    await client.connect();
    const lock = await client.getMailboxLock(folder);
    try {
      for (const uid of await newUids(client, mailbox)) {
        taken += await take(deps, client, mailbox, { uid, recipients, owner });
        await client.messageFlagsAdd({ uid: String(uid) }, ["\\Seen"], { uid: true });
      }
    } finally {
      lock.release();
    }
    await client.logout();
    return { taken, fault: null };
  } catch (error) {
    if (!(error instanceof MailboxFault) && client.usable) throw error;
    return { taken, fault: faultOf(error) };
  } finally {
    clearTimeout(late);
    client.close();
  }
}

class MailboxFault extends Error {}

/** Those behind the last one that was taken, in their order: `n:*` always answers with the last message, whatever its number. */
async function newUids(client: ImapFlow, mailbox: ClaimedMailbox): Promise<number[]> {
  const { uidValidity } = client.mailbox || { uidValidity: 0n };
  if (uidValidity !== mailbox.uidValidity) [mailbox.uidValidity, mailbox.lastUid] = [uidValidity, 0n];
  const found = (await client.search({ uid: `${mailbox.lastUid + 1n}:*` }, { uid: true })) || [];
  return found.filter((uid) => BigInt(uid) > mailbox.lastUid).sort((a, b) => a - b);
}

async function take(deps: Deps, client: ImapFlow, mailbox: ClaimedMailbox, { uid, recipients, owner }: { uid: number; recipients: Recipients; owner: Recipient }): Promise<number> {
  const { content } = await client.download(String(uid), undefined, { uid: true });
  // Deleted by somebody meanwhile: there is nothing to take, and the next is looked at.
  if (!content) return moveOn(deps.db, mailbox, uid).then(() => 0);
  const stored = await deps.storage.put(content);
  if (!client.usable) throw new MailboxFault("the connection ended within a message");
  const fields = headerFields(await readHead(deps.storage, stored.sha256));
  const named = (await Promise.all(sentTo(fields).map((address) => recipients.find(address)))).filter((found) => found?.platformId === owner.platformId);
  const ours = named.length > 0 ? (named as [Recipient, ...Recipient[]]) : ([owner] as const);
  const envelope = { from: returnPathOf(fields), remoteAddress: null, helo: null, tls: false, envelopeId: null };
  const mails = newMailsOf(deps, { source: "imap", envelope, recipients: ours }, { ...stored, spooled: null });
  return deps.db.$transaction(async (tx) => {
    let fresh = 0;
    for (const mail of mails) if (await insertMailIn(tx, mail)) fresh += 1;
    await moveOn(tx, mailbox, uid);
    return fresh;
  });
}

/** Names no address: what the server said is not repeated. */
function faultOf(error: unknown): string {
  const { authenticationFailed, code, responseStatus } = error as { authenticationFailed?: boolean; code?: unknown; responseStatus?: unknown };
  if (authenticationFailed) return "sign_in_refused";
  if (typeof responseStatus === "string") return `answered_${responseStatus.toLowerCase()}`;
  return typeof code === "string" ? code.toLowerCase() : "broke_off";
}

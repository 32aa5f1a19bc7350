import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "~/infra/deps.server";
import type { MailboxSettings } from "~/infra/mail-settings";
import { mailboxKey } from "./mailbox-key.server";
import { pollMailboxes } from "./poll-mailboxes.server";

/** Milliseconds. Servers and what lies between forget a connection that is silent for longer (RFC 2177 has IDLE begin anew within 29 minutes). */
const idleMs = 240_000;
/** Milliseconds in which mails that come together wake once. */
const gatherMs = 250;
const patience = { connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: idleMs + 60_000 } as const;

export interface MailboxListening {
  stop(): Promise<void>;
}

/**
 * Has a mailbox looked into as soon as its server says that something came (RFC 2177). It only wakes: what is taken, and that nothing
 * is twice, is the poll's, which comes every minute whether or not anybody listens. A server that cannot say it is polled alone.
 *
 * @param againMs until a connection that failed is tried again
 */
export function listenToMailboxes(deps: Deps, { againMs = 60_000 } = {}): MailboxListening {
  const stopping = new AbortController();
  const listeners = deps.config.mail.mailboxes.map((mailbox) => listenOn(deps, mailbox, againMs, stopping.signal));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(listeners);
    },
  };
}

async function listenOn(deps: Deps, mailbox: MailboxSettings, againMs: number, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const can = await listenOnce(deps, mailbox, stopping).catch((error: unknown) => {
      deps.log.info({ err: error }, "a mailbox cannot be listened to; it is polled");
      return true;
    });
    if (!can) return;
    await sleep(againMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** @returns whether the server can say that something came; resolves when the connection is over */
async function listenOnce(deps: Deps, mailbox: MailboxSettings, stopping: AbortSignal): Promise<boolean> {
  const { host, port, secure, user, password, folder } = mailbox;
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow({ host, port, secure, auth: { user, pass: password }, logger: false, disableAutoIdle: true, maxIdleTime: idleMs, ...patience });
  // What goes wrong also rejects what is waited for.
  client.on("error", () => undefined);
  let waking: NodeJS.Timeout | null = null;
  const wake = (): void => {
    waking = null;
    pollMailboxes(deps, [mailboxKey(mailbox)]).catch((error: unknown) => deps.log.warn({ err: error }, "a mailbox in which something came is left to the next poll"));
  };
  const hangUp = (): void => client.close();
  stopping.addEventListener("abort", hangUp, { once: true });
  try {
    await client.connect();
    if (!client.capabilities.has("IDLE")) return false;
    await client.mailboxOpen(folder, { readOnly: true });
    client.on("exists", () => (waking ??= setTimeout(wake, gatherMs)));
    while (client.usable && client.mailbox && !stopping.aborted) await client.idle();
    return true;
  } finally {
    stopping.removeEventListener("abort", hangUp);
    if (waking) clearTimeout(waking);
    client.close();
  }
}

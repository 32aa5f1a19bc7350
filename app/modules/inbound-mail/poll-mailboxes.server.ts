import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { stageOutboxes } from "~/infra/outbox.server";
import { mailboxKey } from "./mailbox-key.server";

/** Has every configured mailbox, or those named, looked into that nobody looks into now. Slow servers hold up the queue of mail and no deadline. */
export async function pollMailboxes(deps: Deps, keys: readonly string[] = deps.config.mail.mailboxes.map(mailboxKey)): Promise<number> {
  if (keys.length === 0) return 0;
  const at = deps.clock();
  await deps.db.imapMailbox.createMany({ data: keys.map((key) => ({ id: newId(), key })), skipDuplicates: true });
  return deps.db.$transaction(async (tx) => {
    const due = await tx.imapMailbox.findMany({ where: { key: { in: [...keys] }, OR: [{ leaseUntil: null }, { leaseUntil: { lte: at.toJSDate() } }] }, select: { id: true } });
    await stageOutboxes(tx, due.map(({ id }) => ({ topic: "mail.poll", payload: { mailboxId: id }, at })));
    return due.length;
  });
}

import { createHash } from "node:crypto";
import type { MailboxSettings } from "~/infra/mail-settings";

/** A mailbox by what does not change with its password. */
export const mailboxKey = ({ host, port, user, folder }: MailboxSettings): string => createHash("sha256").update([host, port, user, folder].join("\0")).digest("hex");

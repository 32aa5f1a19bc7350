import { outboxTopics } from "~/infra/outbox-topics";
import { pollMailbox } from "~/modules/inbound-mail/poll-mailbox.server";
import { defineProcessor } from "../define-processor";

/** Looks into one mailbox. Of two at once the row lets one in. */
export const mailPoll = defineProcessor("mail.poll", outboxTopics["mail.poll"].payload, async (mailbox, deps) => ({ done: await pollMailbox(deps, mailbox) }));

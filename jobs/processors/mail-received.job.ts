import { outboxTopics } from "~/infra/outbox-topics";
import { authenticateMail } from "~/modules/inbound-mail/authenticate-mail.server";
import { keepMailRendition } from "~/modules/inbound-mail/keep-mail-rendition.server";
import { defineProcessor } from "../define-processor";

/** Finds out who vouches for a stored mail, and makes what people look at. The queue may deliver twice: the row says what was done. */
export const mailReceived = defineProcessor("mail.received", outboxTopics["mail.received"].payload, async (received, deps) => {
  await authenticateMail(deps, received);
  await keepMailRendition(deps, received);
  return { done: "authenticated" };
});

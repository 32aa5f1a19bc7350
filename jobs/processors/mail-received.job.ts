import { outboxTopics } from "~/infra/outbox-topics";
import { authenticateMail } from "~/modules/inbound-mail/authenticate-mail.server";
import { parsedOnce } from "~/modules/inbound-mail/bounded-parser.server";
import { keepMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { settleMail } from "~/modules/inbound-mail/settle-mail.server";
import { defineProcessor } from "../define-processor";

/**
 * Finds out who vouches for a stored mail, does what follows from it, and makes what people look at. The queue may deliver
 * twice, and each step dies by itself: the row says what was done.
 */
export const mailReceived = defineProcessor("mail.received", outboxTopics["mail.received"].payload, async (received, deps) => {
  await authenticateMail(deps, received);
  const reading = { ...deps, parser: parsedOnce(deps.parser) };
  const settled = await settleMail(reading, received.mailId);
  await keepMailRenditions(reading, received);
  return settled;
});

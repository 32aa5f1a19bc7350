import { outboxTopics } from "~/infra/outbox-topics";
import { unspool } from "~/infra/spooled-files.server";
import { authenticateMail } from "~/modules/inbound-mail/authenticate-mail.server";
import { parsedOnce } from "~/modules/inbound-mail/bounded-parser.server";
import { keepMailRenditions } from "~/modules/inbound-mail/keep-mail-renditions.server";
import { settleMail } from "~/modules/inbound-mail/settle-mail.server";
import { defineProcessor } from "../define-processor";

/**
 * Puts a mail's bytes into the file store, finds out who vouches for it, does what follows, and makes what people look at. The queue may deliver
 * twice, and each step dies by itself: the row says what was done.
 */
export const mailReceived = defineProcessor("mail.received", outboxTopics["mail.received"].payload, async (received, deps) => {
  await unspool({ db: deps.db, ring: deps.config.fieldKeys, store: deps.storage }, received.mailId);
  await authenticateMail(deps, received);
  const reading = { ...deps, parser: parsedOnce(deps.parser) };
  const settled = await settleMail(reading, received.mailId);
  await keepMailRenditions(reading, received);
  return settled;
});

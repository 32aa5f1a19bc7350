import type { Deps } from "~/infra/deps.server";
import { openMailIntake } from "~/modules/inbound-mail/receive-mail.server";
import type { MailRole } from "~/modules/inbound-mail/received-mail";

/** Puts a message into the store as the listener does, for abuse@ unless something else is said. @returns the mail's id */
export async function aReceivedMail(deps: Deps, platformId: string, message: string | Buffer, { from = "ana@sender.example", role = "abuse" as MailRole, address = "abuse@flows.example" } = {}): Promise<string> {
  const content = (async function* () {
    yield Buffer.from(message);
  })();
  const recipient = { address, platformId, role, refersTo: null };
  await openMailIntake(deps).receive({ source: "smtp", envelope: { from, remoteAddress: "203.0.113.9", helo: "out.example", tls: true, envelopeId: null }, recipients: [recipient], content });
  const { id } = await deps.db.receivedMail.findFirstOrThrow({ orderBy: [{ receivedAt: "desc" }, { id: "desc" }] });
  return id;
}

import { headerValue, headerValues, type MessagePart, type ParsedMessage } from "../parsed-message";
import { isFromDaemon, reversePath, type MailEnvelope } from "./automatic";
import { field, fieldBlocks, typedAddress, type Fields } from "./fields";

export const deliveryActions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
export type DeliveryAction = (typeof deliveryActions)[number];

export interface BouncedRecipient {
  recipient: string | null;
  action: DeliveryAction;
  /** RFC 3463 code, as 5.1.1; null: none given. */
  status: string | null;
  diagnostic: string | null;
}

export interface Bounce {
  kind: "bounce";
  /** Whether it carries fields by RFC 3464 or is only words. */
  machineReadable: boolean;
  recipients: BouncedRecipient[];
  /** `Original-Envelope-Id`: proves nothing by itself. */
  envelopeId: string | null;
  /** The Message-ID of what could not be delivered, as the bounce tells it. */
  originalMessageId: string | null;
}

const reportPart = /^message\/(?:global-)?delivery-status$/;

/** Reads a bounce (RFC 3464), also one that is only words (qmail, Exim, old gateways); null: it is none. */
export function readBounce(message: ParsedMessage, envelope: MailEnvelope): Bounce | null {
  const fromMachine = isFromDaemon(message, envelope) || reversePath(message, envelope) === "";
  const declared = message.contentType === "multipart/report" && message.parameters["report-type"]?.toLowerCase() === "delivery-status";
  const parts = message.parts.filter(({ contentType }) => reportPart.test(contentType));
  if (declared || (parts.length > 0 && (fromMachine || message.contentType === "multipart/report"))) {
    return { ...readStatus(parts, message.text), originalMessageId: returnedId(message) };
  }
  return fromMachine && saysUndelivered(message) ? { ...readWords(message), originalMessageId: returnedId(message) } : null;
}

/** Whether the mail will not arrive, by what the bounce says of anybody. */
export const isFailure = ({ recipients }: Pick<Bounce, "recipients">): boolean => recipients.some(({ action }) => action === "failed");

/** Whether it says of everybody it names that the mail went on well, which is no bounce at all. */
export const isArrival = ({ recipients }: Pick<Bounce, "recipients">): boolean => recipients.length > 0 && recipients.every(({ action }) => action !== "failed" && action !== "delayed");

/** A boundary gone wrong leaves the fields in the text. */
function readStatus(parts: readonly MessagePart[], text: string) {
  const source = parts.map((part) => part.text ?? "").join("\n\n") || (/^(?:Final|Original)-Recipient:/im.test(text) ? text : "");
  const blocks = fieldBlocks(source);
  const recipients = blocks.flatMap((block): BouncedRecipient[] => (isRecipient(block) ? [recipientOf(block)] : []));
  const envelopeId = blocks.map((block) => field(block, "original-envelope-id")).find((id) => id !== null) ?? null;
  return { kind: "bounce", machineReadable: recipients.length > 0, recipients, envelopeId } as const;
}

const isRecipient = (block: Fields): boolean => ["final-recipient", "action", "status"].some((name) => block.has(name));

function recipientOf(block: Fields): BouncedRecipient {
  const status = /^\s*([245]\.\d{1,3}\.\d{1,3})/.exec(field(block, "status") ?? "")?.[1] ?? null;
  const said = field(block, "action")?.toLowerCase().split(/[\s(;]/)[0];
  const action = deliveryActions.find((known) => known === said) ?? (status?.startsWith("4") ? "delayed" : status?.startsWith("2") ? "delivered" : "failed");
  const recipient = typedAddress(field(block, "original-recipient")) ?? typedAddress(field(block, "final-recipient"));
  return { recipient, action, status, diagnostic: field(block, "diagnostic-code")?.slice(0, 500) ?? null };
}

const subjects = /undeliver|not delivered|non-?delivery|returned (?:mail|to sender)|returning message|delivery (?:status|failure|failed|has failed|report|notification|problem)|failure notice|mail (?:delivery )?(?:failed|failure|error)|could not be delivered|message status|unzustellbar|no se (?:pudo|ha podido) entregar|non remis|mensagem não entregue|warning: message .* delayed/i;
const words = /could not be delivered|couldn['’]t be delivered|unable to deliver|was undeliverable|delivery (?:failed|to the following)|delivery has failed|permanent(?:ly)? (?:fatal )?error|user unknown|unknown (?:user|address|recipient)|no such (?:user|mailbox)|mailbox (?:is )?(?:full|unavailable|not found)|over quota|quota exceeded|this is the qmail-send program|undelivered mail|address(?:es)? failed|giving up|is not a registered|does not exist|original message follows/i;

/** Bounded on both sides: a run of anything else must not be tried over and over. */
const addressIn = /(?<![^\s<>"',;:()])[^\s<>"',;:()@]{1,64}@[^\s<>"',;:()@]{1,253}/;

const saysUndelivered = (message: ParsedMessage): boolean =>
  headerValue(message, "x-failed-recipients") !== null || subjects.test(message.subject) || words.test(message.text.slice(0, 5_000));

function readWords(message: ParsedMessage) {
  const delayed = /\b(?:delayed|will (?:be )?retr(?:y|ied)|still being|no action is required|not yet been delivered)\b/i.test(`${message.subject}\n${message.text.slice(0, 3_000)}`) && !/fail(?:ed|ure)|giving up|returned/i.test(message.subject);
  const listed = headerValues(message, "x-failed-recipients").flatMap((value) => value.split(","));
  const named = listed.length > 0 ? listed : [addressIn.exec(message.text.slice(0, 5_000))?.[0] ?? ""];
  const recipients = named.slice(0, 50).map((given): BouncedRecipient => ({ recipient: given.trim() || null, action: delayed ? "delayed" : "failed", status: null, diagnostic: null }));
  return { kind: "bounce", machineReadable: false, recipients, envelopeId: null } as const;
}

function returnedId(message: ParsedMessage): string | null {
  const returned = message.parts.find(({ embedded }) => embedded?.messageId)?.embedded?.messageId;
  return returned ?? /^Message-I[Dd]:[ \t]*(<[^<>\s]{1,500}>)/m.exec(message.text)?.[1] ?? null;
}

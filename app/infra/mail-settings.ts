import { isIP } from "node:net";
import { z } from "zod";

/** Where and how mail comes in, from the environment. */
export interface MailSettings {
  host: string;
  port: number;
  /** LMTP (RFC 2033) behind a mail server of the same house, SMTP (RFC 5321) for anybody. */
  protocol: "smtp" | "lmtp";
  /** What the listener calls itself; null: the machine's own name. */
  name: string | null;
  /** PEM files; null: no STARTTLS is offered. */
  tls: { certFile: string; keyFile: string } | null;
  maxBytes: number;
  maxRecipients: number;
  maxClients: number;
  /** Of one network address at once, and mails in a minute; 0: no limit. LMTP comes from one address, so it has none. */
  clientsPerAddress: number;
  mailsPerMinute: number;
  /**
   * Whose `Authentication-Results` is believed (RFC 8601): a server in front that removes those which others wrote in its name.
   * Null: SPF, DKIM and DMARC are checked here.
   */
  authservId: string | null;
  /** Networks of the servers in front whose mail carries that word; what comes from elsewhere is checked here. A polled mailbox's server is one. */
  relays: readonly Network[];
  mailboxes: MailboxSettings[];
}

/** One mailbox that is polled. */
export interface MailboxSettings {
  host: string;
  port: number;
  /** False: STARTTLS where the server has it. */
  secure: boolean;
  user: string;
  password: string;
  folder: string;
  /** The address of ours whose mail arrives there. */
  address: string;
}

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === "" ? undefined : value), schema.optional());
const wholeNumber = (min: number, max: number) => z.coerce.number("must be a whole number").int("must be a whole number").min(min).max(max);

const mailboxForm = 'is "imaps://user:password@host/INBOX?address=abuse@your.domain" for each mailbox, parted by spaces; percent-encode what is special in it';

function mailboxOf(text: string): MailboxSettings | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const address = url.searchParams.get("address")?.toLowerCase() ?? "";
  const known = url.protocol === "imaps:" || url.protocol === "imap:";
  if (!known || !url.hostname || !url.username || !/^[^@\s]+@[^@\s]+$/.test(address)) return null;
  try {
    return {
      host: url.hostname,
      port: Number(url.port) || (url.protocol === "imaps:" ? 993 : 143),
      secure: url.protocol === "imaps:",
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      folder: decodeURIComponent(url.pathname.slice(1)) || "INBOX",
      address,
    };
  } catch {
    return null;
  }
}

/** The variables, and what becomes of them; `config.server.ts` parses them with all others. */
export const mailVariables = {
  MAIL_HOST: optional(z.string()).default("127.0.0.1"),
  MAIL_PORT: optional(wholeNumber(0, 65_535)).default(2525),
  MAIL_PROTOCOL: optional(z.enum(["smtp", "lmtp"], "must be smtp or lmtp")).default("smtp"),
  MAIL_NAME: optional(z.string().regex(/^[A-Za-z0-9.-]{1,255}$/, "must be a host name")),
  MAIL_TLS_CERT: optional(z.string()),
  MAIL_TLS_KEY: optional(z.string()),
  MAIL_MAX_BYTES: optional(wholeNumber(1_024, 200_000_000)).default(26_214_400),
  MAIL_MAX_RECIPIENTS: optional(wholeNumber(1, 1_000)).default(100),
  MAIL_MAX_CLIENTS: optional(wholeNumber(1, 10_000)).default(200),
  MAIL_CLIENTS_PER_ADDRESS: optional(wholeNumber(0, 10_000)).default(20),
  MAIL_PER_MINUTE: optional(wholeNumber(0, 1_000_000)).default(300),
  MAIL_AUTHSERV_ID: optional(z.string().regex(/^[A-Za-z0-9._-]{1,255}$/, "must be the authserv-id of the server in front")),
  MAIL_RELAYS: optional(z.string()).transform((text, context): Network[] => {
    const read = (text ?? "").split(/[\s,]+/).filter(Boolean).map(networkOf);
    const whole = read.filter((network) => network !== null);
    if (whole.length < read.length) context.addIssue({ code: "custom", message: "is addresses or networks, such as 192.0.2.7 2001:db8::/64, parted by spaces" });
    return whole;
  }),
  NOTICES_PER_DOMAIN: optional(wholeNumber(1, 10_000)).default(10),
  NOTICES_WARM_UP: optional(wholeNumber(0, 100_000)).default(60),
  MAIL_BOXES: optional(z.string()).transform((text, context): MailboxSettings[] => {
    const read = (text ?? "").split(/\s+/).filter(Boolean).map(mailboxOf);
    const whole = read.filter((mailbox) => mailbox !== null);
    if (whole.length < read.length) context.addIssue({ code: "custom", message: mailboxForm });
    return whole;
  }),
};

/** An address, or a network in the form of RFC 4632. */
export interface Network {
  address: string;
  bits: number;
  family: "ipv4" | "ipv6";
}

function networkOf(text: string): Network | null {
  const [address = "", prefix, ...rest] = text.split("/");
  const version = isIP(address);
  const widest = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? widest : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  return version === 0 || rest.length > 0 || bits < 0 || bits > widest ? null : { address, bits, family: version === 4 ? "ipv4" : "ipv6" };
}

/** What is wrong with variables that go together; null: nothing. */
export function mailFault({ MAIL_AUTHSERV_ID, MAIL_RELAYS, MAIL_BOXES }: Given): string | null {
  if (MAIL_AUTHSERV_ID && MAIL_RELAYS.length + MAIL_BOXES.length === 0) return "MAIL_AUTHSERV_ID needs MAIL_RELAYS, the addresses of the mail servers that say it, or MAIL_BOXES: else whoever reaches the port could say it.";
  if (!MAIL_AUTHSERV_ID && MAIL_RELAYS.length > 0) return "MAIL_RELAYS needs MAIL_AUTHSERV_ID, the name the servers at these addresses say it under.";
  return null;
}

type Given = z.output<z.ZodObject<typeof mailVariables>>;

export const mailSettingsOf = (given: Given): MailSettings => ({
  host: given.MAIL_HOST,
  port: given.MAIL_PORT,
  protocol: given.MAIL_PROTOCOL,
  name: given.MAIL_NAME ?? null,
  tls: given.MAIL_TLS_CERT && given.MAIL_TLS_KEY ? { certFile: given.MAIL_TLS_CERT, keyFile: given.MAIL_TLS_KEY } : null,
  maxBytes: given.MAIL_MAX_BYTES,
  maxRecipients: given.MAIL_MAX_RECIPIENTS,
  maxClients: given.MAIL_MAX_CLIENTS,
  clientsPerAddress: given.MAIL_CLIENTS_PER_ADDRESS,
  mailsPerMinute: given.MAIL_PER_MINUTE,
  authservId: given.MAIL_AUTHSERV_ID ?? null,
  relays: given.MAIL_RELAYS,
  mailboxes: given.MAIL_BOXES,
});

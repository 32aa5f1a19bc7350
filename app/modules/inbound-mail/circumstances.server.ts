import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { normaliseEmail } from "~/infra/normalise";
import { verifyAddress } from "~/infra/signed-address.server";
import { consoleAddress } from "../notices/sender";
import { provesSender } from "./authentication";
import type { ReceivedMailRow } from "./mail.repo.server";
import { envelopeOf } from "./open-envelope.server";
import type { ParsedMessage } from "./parsed-message";
import type { MailEnvelope } from "./understand/automatic";
import type { ReferenceKind } from "./understand/understand-mail";

/** A thing of ours a mail is about, found by its reference. */
export interface Matter {
  kind: ReferenceKind;
  id: string;
  reference: string;
}

/** What is known beside the message itself, and how far it can be believed. */
export interface Circumstances {
  mail: ReceivedMailRow;
  message: ParsedMessage;
  platform: { id: string; key: string; zone: string; defaultLanguage: string };
  envelope: MailEnvelope;
  /** What a signed address it was sent to names. */
  signed: Matter | null;
  /** What it answers, where its sender is proven to be whom that was sent to. */
  thread: (Matter & { noticeId: string }) | null;
  /** Notices that signed return paths name, among its recipients and in the envelope's id. */
  returned: string[];
  toAppeals: boolean;
  /** The address it says it is from; null: none that could be. */
  from: string | null;
  /** Whether the domain of that address vouches for it. */
  proven: boolean;
  isOwn(address: string): boolean;
}

export async function circumstancesOf(tx: Tx, deps: Pick<Deps, "crypto" | "config">, mail: ReceivedMailRow, message: ParsedMessage): Promise<Circumstances> {
  const platform = await tx.platform.findUniqueOrThrow({ where: { id: mail.platformId }, select: { id: true, key: true, zone: true, defaultLanguage: true, appealsEmail: true } });
  const { from: sender, envelopeId } = envelopeOf(deps.crypto, mail.envelopeSealed);
  const [mailbox] = message.from;
  const from = message.from.length === 1 && isAddress(mailbox!.address) ? mailbox!.address : null;
  const proven = from !== null && provesSender(mail.authentication, normaliseEmail(from));
  const named = mail.recipients.flatMap((address) => verifyAddress(deps.crypto, address) ?? []);
  const reference = named.find(({ purpose }) => purpose === "case")?.names;
  return {
    mail,
    message,
    platform,
    envelope: { sender, recipients: mail.recipients },
    signed: reference ? await matterOf(tx, platform.id, reference) : null,
    thread: from && proven ? await threadOf(tx, deps, message, { platformId: platform.id, from }) : null,
    returned: [...named, verifyAddress(deps.crypto, envelopeId ?? "") ?? []].flat().flatMap(({ purpose, names }) => (purpose === "bounce" ? [names] : [])),
    toAppeals: mail.role === "appeals" || mail.recipients.includes(platform.appealsEmail.toLowerCase()),
    from,
    proven,
    isOwn: await ownAddresses(tx, deps),
  };
}

const isAddress = (address: string): boolean => address.length <= 254 && /^[^\s@<>"(),:;[\]\\]{1,64}@[^\s@<>"(),:;[\]\\]{1,253}$/u.test(address);

const kinds: Record<string, ReferenceKind> = { R: "report", C: "case", AP: "appeal", D: "decision", A: "action" };

/** What a reference names on the platform; null: nothing there. */
async function matterOf(tx: Tx, platformId: string, reference: string): Promise<Matter | null> {
  const kind = kinds[reference.slice(0, reference.indexOf("-"))];
  const where = { reference, platformId };
  const id = { id: true } as const;
  const found =
    kind === "report" ? await tx.report.findFirst({ where, select: id })
    : kind === "case" ? await tx.case.findFirst({ where, select: id })
    : kind === "appeal" ? await tx.appeal.findFirst({ where, select: id })
    : kind === "decision" ? await tx.decision.findFirst({ where: { reference, case: { platformId } }, select: id })
    : kind === "action" ? await tx.action.findFirst({ where: { reference, account: { platformId } }, select: id })
    : null;
  return kind && found ? { kind, id: found.id, reference } : null;
}

/** Only who was sent the notice, and is proven to write, answers it: its Message-ID may be known to anybody. */
async function threadOf(tx: Tx, { crypto }: Pick<Deps, "crypto">, message: ParsedMessage, { platformId, from }: { platformId: string; from: string }): Promise<Circumstances["thread"]> {
  const ids = [...message.inReplyTo, ...message.references].flatMap((id) => noticeIdOf(id) ?? []).slice(0, 10);
  if (ids.length === 0) return null;
  const notices = await tx.notice.findMany({
    where: { id: { in: ids }, platformId, addressHash: crypto.lookup(from, "email") },
    select: { id: true, reportId: true, appealId: true, actionId: true, decisionId: true },
  });
  for (const id of ids) {
    const notice = notices.find((one) => one.id === id);
    const matter = notice && (await matterOfNotice(tx, notice));
    if (matter) return { ...matter, noticeId: id };
  }
  return null;
}

/** `<notice.<uuid>@…>`: the id in a Message-ID of ours, which proves nothing. */
export const noticeIdOf = (messageId: string): string | null => /^<notice\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/.exec(messageId.toLowerCase())?.[1] ?? null;

async function matterOfNotice(tx: Tx, { reportId, appealId, actionId, decisionId }: { reportId: string | null; appealId: string | null; actionId: string | null; decisionId: string | null }): Promise<Matter | null> {
  const select = { reference: true } as const;
  const of = (kind: ReferenceKind, id: string, row: { reference: string } | null): Matter | null => row && { kind, id, reference: row.reference };
  if (reportId) return of("report", reportId, await tx.report.findUnique({ where: { id: reportId }, select }));
  if (appealId) return of("appeal", appealId, await tx.appeal.findUnique({ where: { id: appealId }, select }));
  if (actionId) return of("action", actionId, await tx.action.findUnique({ where: { id: actionId }, select }));
  return decisionId ? of("decision", decisionId, await tx.decision.findUnique({ where: { id: decisionId }, select })) : null;
}

/** Whether an address is ours on any platform: an answer to it would answer ourselves. */
async function ownAddresses(tx: Tx, { config }: Pick<Deps, "config">): Promise<(address: string) => boolean> {
  const platforms = await tx.platform.findMany({ select: { abuseEmail: true, appealsEmail: true, supportEmail: true, securityEmail: true } });
  const own = new Set([consoleAddress(config.publicUrl), ...platforms.flatMap((platform) => Object.values(platform))].map(normaliseEmail));
  const domains = new Set(platforms.flatMap(({ abuseEmail, appealsEmail }) => [abuseEmail, appealsEmail].map((address) => normaliseEmail(address).split("@")[1]!)));
  return (address) => {
    const known = normaliseEmail(address);
    const [local = "", domain = ""] = known.split("@");
    return own.has(known) || (domains.has(domain) && /^(?:postmaster|mailer-daemon|(?:case|bounce)\+.*)$/.test(local));
  };
}

import type { FieldCrypto } from "~/infra/crypto.server";
import type { Tx } from "~/infra/db.server";
import { asciiDomain } from "~/infra/normalise";
import { signAddress } from "~/infra/signed-address.server";
import { audienceOf } from "./audience";
import type { NoticeKind } from "./notice-kind";

interface Outgoing {
  id: string;
  kind: NoticeKind;
  reportId: string | null;
  decisionId: string | null;
  actionId: string | null;
  appealId: string | null;
}

export interface SignedAddresses {
  /** Where a bounce goes: it names the notice, and nobody else can make it. Also its `ENVID` (RFC 3461). */
  returnPath: string;
  /** Where an answer goes, in the matter the notice is about; null: in none. */
  replyTo: string | null;
  /** It acknowledges what came by mail (RFC 3834 5). */
  answersMail: boolean;
}

/**
 * The addresses only we can make for one notice. An account holder's answer names the appeal, or the measure they may
 * appeal; a reporter's names the report. The sender's name stays the platform's, whose domain they are in.
 */
export async function signedAddresses(tx: Tx, crypto: FieldCrypto, notice: Outgoing, domain: string): Promise<SignedAddresses> {
  const host = asciiDomain(domain);
  const { reference, channel } = await matterOf(tx, notice);
  return {
    returnPath: signAddress(crypto, { purpose: "bounce", names: notice.id }, host),
    replyTo: reference && /^[A-Z]{1,2}-[2-9A-Z]{4}-[2-9A-Z]{4}$/.test(reference) ? signAddress(crypto, { purpose: "case", names: reference }, host) : null,
    answersMail: channel === "email" && (notice.kind === "report_receipt" || notice.kind === "appeal_receipt" || notice.kind === "appeal_by_mail" || notice.kind === "appeal_put_aside"),
  };
}

type Matter = { reference: string | null; channel: string | null };

async function matterOf(tx: Tx, { kind, reportId, appealId, actionId, decisionId }: Outgoing): Promise<Matter> {
  const audience = kind === "policy_change" ? "colleague" : audienceOf[kind];
  if (audience === "colleague" || kind === "sender_health") return { reference: null, channel: null };
  if (audience === "stranger") return { reference: null, channel: "email" };
  const select = { reference: true } as const;
  if (audience === "reporter") return (reportId && (await tx.report.findUnique({ where: { id: reportId }, select: { ...select, channel: true } }))) || { reference: null, channel: null };
  if (appealId) return (await tx.appeal.findUnique({ where: { id: appealId }, select: { ...select, channel: true } })) ?? { reference: null, channel: null };
  const measure = actionId ? await tx.action.findUnique({ where: { id: actionId }, select }) : decisionId ? await tx.decision.findUnique({ where: { id: decisionId }, select }) : null;
  return { reference: measure?.reference ?? null, channel: null };
}

import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { joinTransaction } from "~/infra/joined-transaction.server";
import { transact } from "~/infra/transaction.server";
import { recordAudit } from "../audit/record-audit.server";
import { addAppealEvidence } from "./add-appeal-evidence.server";
import { isLiveAppeal, liveAppealStates } from "./appeal";
import { enactFiling } from "./file-appeal.server";
import { findAction } from "./file-received.server";

/** An appeal that came by mail, as far as it could be read. */
export interface MailedAppeal {
  platformId: string;
  /** The address it says it is from. */
  email: string;
  /** Whether that address is proven to have sent it: a name in a mail proves nothing. */
  proven: boolean;
  /** Reference of an action or a decision, or of an appeal, that a signed address or the thread names; null: none. */
  reference: string | null;
  /** What it says it is about; null: nothing beside its words. */
  subject: string | null;
  /** Subject and first words: in them the action may be named. */
  actionText: string;
  explanation: string;
  receivedAt: Date;
  /** The mail, so that settling it twice files once. */
  mailId: string;
}

export type MailedAppealCame =
  | { came: "filed"; appealId: string; late: boolean }
  | { came: "added"; appealId: string }
  | { came: "for_a_person"; unmatchedAppealId: string };

const sender = { kind: "public" } as const;

/**
 * Takes an appeal by mail (CF-AUP 7.3), as of the moment it came in. From the account's own address, and proven to be, it is
 * filed against the one action it means; sent again, its words join the appeal that is open. Everything else is put to a person.
 */
export async function takeMailedAppeal(deps: Deps, mailed: MailedAppeal): Promise<MailedAppealCame> {
  const { result } = await transact(deps.db, async (tx): Promise<{ ok: true; result: MailedAppealCame }> => {
    const own = mailed.proven ? await meantByHolder(tx, deps, mailed) : null;
    if (own?.live) {
      const said = (await tx.appeal.count({ where: { id: own.live, explanation: mailed.explanation } })) > 0;
      const joined = joinTransaction(deps, tx, deps.clock());
      if (said || (await addAppealEvidence(joined, { kind: "account_holder", accountId: own.accountId }, { appealId: own.live, text: mailed.explanation }, [])).ok) {
        return { ok: true, result: { came: "added", appealId: own.live } };
      }
    }
    if (own?.actionId) {
      const holder = { kind: "account_holder", accountId: own.accountId } as const;
      const filedAt = DateTime.fromJSDate(mailed.receivedAt, { zone: "utc" });
      const filed = await enactFiling(tx, deps, holder, { actionId: own.actionId, accountId: own.accountId, explanation: mailed.explanation, idempotencyKey: mailed.mailId, channel: "email", filedAt });
      if (filed.ok) return { ok: true, result: { came: "filed", appealId: filed.appealId, late: filed.late } };
    }
    return { ok: true, result: { came: "for_a_person", unmatchedAppealId: await putToPerson(tx, deps, mailed) } };
  });
  return result;
}

interface Meant {
  accountId: string;
  actionId: string | null;
  /** An appeal that is open in the matter. */
  live: string | null;
}

/** What the proven holder of the address means: the matter a reference of ours names, else the one action that can be appealed. */
async function meantByHolder(tx: Tx, deps: Deps, { platformId, email, reference, actionText, receivedAt }: MailedAppeal): Promise<Meant | null> {
  const emailHash = deps.crypto.lookup(email, "email");
  const ownAccount = { platformId, contacts: { some: { kind: "email" as const, lookupHash: emailHash } } };
  if (reference?.startsWith("AP-")) {
    const appeal = await tx.appeal.findFirst({ where: { reference, account: ownAccount }, select: { id: true, accountId: true, state: true } });
    return appeal && isLiveAppeal(appeal.state) ? { accountId: appeal.accountId, actionId: null, live: appeal.id } : null;
  }
  const live = { appeals: { where: { state: { in: [...liveAppealStates] } }, select: { id: true } } };
  if (reference) {
    const named = await tx.action.findMany({ where: { account: ownAccount, OR: [{ reference }, { decision: { reference } }] }, select: { id: true, accountId: true, ...live } });
    const [only] = named;
    return only && named.length === 1 ? { accountId: only.accountId, actionId: only.id, live: only.appeals[0]?.id ?? null } : null;
  }
  const open = await findAction(tx, { platformId, emailHash, actionText, now: receivedAt });
  if (open) return { ...open, live: null };
  const appealed = await tx.action.findMany({ where: { account: ownAccount, appeals: { some: live.appeals.where } }, take: 2, select: { id: true, accountId: true, ...live } });
  const [only] = appealed;
  return only && appealed.length === 1 ? { accountId: only.accountId, actionId: null, live: only.appeals[0]?.id ?? null } : null;
}

/** A person looks for the action. The same words of the same sender are there once. */
async function putToPerson(tx: Tx, deps: Deps, { platformId, email, reference, subject, explanation, receivedAt }: MailedAppeal): Promise<string> {
  const emailHash = deps.crypto.lookup(email, "email");
  await tx.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(${`mailed-appeal:${emailHash}`}, 0))`;
  const standing = await tx.unmatchedAppeal.findFirst({ where: { platformId, emailHash, explanation, settledAt: null }, select: { id: true } });
  if (standing) return standing.id;
  const id = newId();
  const at = deps.clock();
  await tx.unmatchedAppeal.create({
    data: {
      id,
      platformId,
      emailSealed: deps.crypto.seal(email, "unmatched-appeal.email"),
      emailHash,
      actionText: [reference, subject].filter(Boolean).join(" · ").slice(0, 500),
      explanation,
      receivedAt,
      lookedAt: at.toJSDate(),
    },
    select: { id: true },
  });
  await recordAudit(tx, sender, { type: "appeal.received", at, platformId, unmatchedAppealId: id });
  await recordAudit(tx, { kind: "system", name: "appeal.received" }, { type: "appeal.received_unmatched", at, platformId, unmatchedAppealId: id });
  return id;
}

/** A message that had informed came back, so its window was not open: an appeal of it that counts as late is not. */
export async function reconsiderLateness(deps: Deps, { actionIds }: { actionIds: readonly string[] }): Promise<number> {
  return deps.db.$transaction(async (tx) => {
    const late = await tx.appeal.findMany({
      where: { actionId: { in: [...actionIds] }, late: true, state: { in: [...liveAppealStates] } },
      select: { id: true, reference: true, platformId: true, accountId: true, filedAt: true, action: { select: { caseId: true, appealClosesAt: true } } },
    });
    const wrong = late.filter(({ filedAt, action }) => action.appealClosesAt === null || filedAt < action.appealClosesAt);
    for (const { id, platformId, accountId, action } of wrong) {
      await tx.appeal.update({ where: { id }, data: { late: false }, select: { id: true } });
      await recordAudit(tx, { kind: "system", name: "mail" }, { type: "appeal.no_longer_late", at: deps.clock(), platformId, accountId, caseId: action.caseId, appealId: id });
    }
    return wrong.length;
  });
}

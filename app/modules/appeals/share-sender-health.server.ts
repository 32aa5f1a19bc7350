import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { expiringLink, revokeAccountLinks } from "../access/private-link.server";
import { recordAudit } from "../audit/record-audit.server";
import { leakGuard } from "../enforcement/check-leaks.server";
import { stageNotices } from "../notices/stage-notice.server";
import { accountContacts } from "../platforms/account-contacts.server";

const linkDays = 30;

/**
 * Mails the account holder a link to what their account sends and what to fix, which opens the page for thirty days. What the page
 * says rests on their own messages alone, so sending it tells of no report, case or measure (rules of procedure 7 and 8).
 */
export async function shareSenderHealth(deps: Deps, actor: StaffActor, accountId: string): Promise<Result<{ mails: number }, "forbidden" | "not_found" | "no_account_address">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ mails: number }, "forbidden" | "not_found" | "no_account_address">> => {
    const account = await tx.account.findUnique({ where: { id: accountId }, select: { platformId: true, businessName: true, language: true } });
    if (!account) return refuse("not_found");
    const { emails } = await accountContacts(tx, deps.crypto, accountId);
    if (emails.length === 0) return refuse("no_account_address");
    const expiresAt = now.plus({ days: linkDays });
    const healthUrl = await expiringLink(tx, deps, { purpose: "sender_health", accountId }, { now, expiresAt });
    const occasion = newId();
    // No person's words stand in the message, so the guard has nothing to read, and no case is needed for it.
    const guard = leakGuard(tx, deps.crypto, { accountId, caseId: occasion });
    await stageNotices(tx, deps, emails.map((to) => ({
      at: now, platformId: account.platformId, to, language: account.language, about: { accountId }, guard,
      content: { template: "sender_health" as const, props: { businessName: account.businessName, expiresAt: expiresAt.toJSDate(), healthUrl } },
      dedupeKey: `sender-health:${occasion}`,
    })));
    await recordAudit(tx, actor, { type: "sender_health.shared", at: now, platformId: account.platformId, accountId, mails: emails.length, expiresAt: expiresAt.toISO() });
    return { ok: true, mails: emails.length };
  });
}

/** Takes back every link to an account's sender health that still opens it. */
export async function revokeSenderHealth(deps: Deps, actor: StaffActor, accountId: string): Promise<Result<{ links: number }, "forbidden" | "not_found">> {
  if (!may(actor, "case:work")) return refuse("forbidden");
  const now = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<{ links: number }, "forbidden" | "not_found">> => {
    const account = await tx.account.findUnique({ where: { id: accountId }, select: { platformId: true } });
    if (!account) return refuse("not_found");
    const links = await revokeAccountLinks(tx, { purpose: "sender_health", accountId }, now);
    if (links > 0) await recordAudit(tx, actor, { type: "sender_health.revoked", at: now, platformId: account.platformId, accountId, links });
    return { ok: true, links };
  });
}

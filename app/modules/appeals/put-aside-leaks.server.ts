import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffActor } from "../access/actor";
import { leaksOfStranger } from "../enforcement/check-leaks.server";
import type { ConfirmedLeak, Judged, LeakConfirmation } from "../notices/leak-guard";
import type { DateTime } from "luxon";

interface Unmatched {
  id: string;
  platformId: string | null;
  emailSealed: string;
  emailHash: string;
  answerSealed: string | null;
  actionText: string;
  explanation: string;
}

/** Accounts of one platform that staff can have looked at, at most. */
const mostAccounts = 10;

/**
 * What in a reason for a stranger could give somebody away (rule of procedure 8): whoever reported an account the appeal can
 * be about, by its address or by a reference in it, the name of that account, and any address, number or reference the stranger did not write.
 */
export async function judgePutAside(tx: Tx, crypto: Deps["crypto"], unmatched: Unmatched, { reason, confirmed }: { reason: string; confirmed?: readonly LeakConfirmation[] }): Promise<Judged> {
  const { platformId } = unmatched;
  if (!platformId || !unmatched.answerSealed) return { open: [], confirmed: [] };
  const named = [...`${unmatched.actionText}\n${unmatched.explanation}`.toUpperCase().matchAll(/[AD]-[2-9A-Z]{4}-[2-9A-Z]{4}/g)].map(([reference]) => reference);
  const accounts = await tx.account.findMany({
    where: {
      platformId,
      OR: [
        { contacts: { some: { kind: "email", lookupHash: unmatched.emailHash } } },
        { actions: { some: { OR: [{ reference: { in: named } }, { decision: { reference: { in: named } } }] } } },
      ],
    },
    orderBy: { id: "asc" },
    take: mostAccounts,
    select: { id: true, businessName: true },
  });
  const { name, abuseEmail, appealsEmail, supportEmail, securityEmail } = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { name: true, abuseEmail: true, appealsEmail: true, supportEmail: true, securityEmail: true } });
  const own = [unmatched.emailSealed, unmatched.answerSealed].map((sealed) => crypto.open(sealed, "unmatched-appeal.email"));
  const known = [...own, name, abuseEmail, appealsEmail, supportEmail, securityEmail].filter((value) => value !== null);
  return leaksOfStranger(tx, crypto, { accounts, text: reason, confirmed, known, written: [unmatched.actionText, unmatched.explanation] });
}

/** Somebody answers for words the check had found. The words themselves are personal data, which the trail does not keep. */
export async function recordPutAsideLeaks(tx: Tx, actor: StaffActor, of: { at: DateTime; platformId: string | null; unmatchedAppealId: string }, confirmed: readonly ConfirmedLeak[]): Promise<void> {
  for (const { kind, token, reason } of confirmed) await recordAudit(tx, actor, { type: "leak.confirmed", ...of, kind, finding: token, reason });
}

import { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { transact } from "~/infra/transaction.server";
import { recordAudit } from "../audit/record-audit.server";
import { acknowledgeUnmatched } from "./acknowledge-unmatched.server";
import { earlierColumns, earlierOf, successorColumns } from "./appeal.repo.server";
import { barsAppeal, toldEnding } from "./appealable";
import { enactFiling } from "./file-appeal.server";
import { lockUnmatched } from "./settle-unmatched.server";
import { explanationOf } from "./unmatched-reference";

const sender = { kind: "public" } as const;
const finder = { kind: "system", name: "appeal.received" } as const;

export type Received = "filed" | "for_a_person" | "done_before";

/**
 * Looks for the action that an appeal from the public form means. One that fits beyond doubt is appealed, as of the moment
 * the form came in (CF-AUP 7.3); anything else is put to staff.
 *
 * The account holder gets the receipt, at the addresses the platform gave us, with the link by which they say whether it is
 * theirs; whatever comes of an appeal a stranger sent in their name, their own stays open (`barsAppeal`).
 */
export async function fileReceivedAppeal(deps: Deps, { unmatchedId }: { unmatchedId: string }): Promise<Received> {
  const now = deps.clock();
  const { came } = await transact(deps.db, async (tx): Promise<{ ok: true; came: Received }> => {
    const received = await lockUnmatched(tx, unmatchedId);
    if (!received || received.settledAt || received.lookedAt) return { ok: true, came: "done_before" };
    const { platformId, emailHash, actionText, explanation, receivedAt } = received;
    const match = platformId && (await findAction(tx, { platformId, emailHash, actionText, now: now.toJSDate() }));
    const filing = { explanation: explanationOf({ actionText, explanation }), idempotencyKey: unmatchedId, channel: "form", filedAt: DateTime.fromJSDate(receivedAt, { zone: "utc" }) } as const;
    const filed = match ? await enactFiling(tx, deps, sender, { ...match, ...filing }) : null;
    const lookedAt = now.toJSDate();
    if (filed?.ok) {
      await tx.unmatchedAppeal.update({ where: { id: unmatchedId }, data: { lookedAt, settledAt: lookedAt, appealId: filed.appealId }, select: { id: true } });
      return { ok: true, came: "filed" };
    }
    await handToStaff(tx, deps, received, now);
    return { ok: true, came: "for_a_person" };
  });
  return came;
}

/** The job was given up: a person looks instead. */
export async function handReceivedToStaff(deps: Deps, { unmatchedId }: { unmatchedId: string }): Promise<void> {
  await transact(deps.db, async (tx): Promise<{ ok: true }> => {
    const received = await lockUnmatched(tx, unmatchedId);
    if (received && !received.settledAt && !received.lookedAt) await handToStaff(tx, deps, received, deps.clock());
    return { ok: true };
  });
}

/** Its sender is told so, at the address they gave: that its clock runs, and where they see what becomes of it. */
async function handToStaff(tx: Tx, deps: Deps, { id, platformId, answerSealed, language, receivedAt }: NonNullable<Awaited<ReturnType<typeof lockUnmatched>>>, at: DateTime): Promise<void> {
  await tx.unmatchedAppeal.update({ where: { id }, data: { lookedAt: at.toJSDate() }, select: { id: true } });
  await recordAudit(tx, finder, { type: "appeal.received_unmatched", at, platformId, unmatchedAppealId: id });
  if (!answerSealed || !platformId) return;
  const platform = await tx.platform.findUniqueOrThrow({ where: { id: platformId }, select: { id: true, defaultLanguage: true } });
  await acknowledgeUnmatched(tx, deps, { to: deps.crypto.open(answerSealed, "unmatched-appeal.email"), unmatchedAppealId: id, platform, language, receivedAt });
}

/** The one action of the accounts with this address that can be appealed now; by its reference where one is given. */
export async function findAction(tx: Tx, by: { platformId: string; emailHash: string; actionText: string; now: Date }): Promise<{ accountId: string; actionId: string } | null> {
  const actions = await tx.action.findMany({
    where: { account: { platformId: by.platformId, contacts: { some: { kind: "email", lookupHash: by.emailHash } } } },
    select: { id: true, accountId: true, reference: true, kind: true, state: true, noTipOff: true, features: true, endsAt: true, endedAt: true, successor: { select: successorColumns }, decision: { select: { reference: true } }, appeals: { select: earlierColumns } },
  });
  const open = actions.filter((action) => barsAppeal({ ...action, ...toldEnding(action, by.now) }, action.appeals.map(earlierOf), "form") === null);
  const text = by.actionText.toUpperCase();
  const named = open.filter(({ reference, decision }) => text.includes(reference) || (decision && text.includes(decision.reference)));
  const [only, ...others] = named.length > 0 ? named : open;
  return only && others.length === 0 ? { accountId: only.accountId, actionId: only.id } : null;
}

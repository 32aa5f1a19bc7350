import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { answerRequest, claimRequest, requestHashOf } from "~/infra/idempotency.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { recordAudit } from "../audit/record-audit.server";
import { earlierColumns, earlierOf, successorColumns } from "./appeal.repo.server";
import { barsAppeal, toldEnding } from "./appealable";
import { enactFiling } from "./file-appeal.server";
import type { SubmitAppealFormInput } from "./submit-appeal-form.schema";

const sender = { kind: "public" } as const;

/**
 * Takes an appeal that came without a private link (CF-AUP 7.3). One action that fits beyond doubt is appealed at once;
 * anything else is put to staff.
 *
 * The answer is the same in every case: who types an address into this form must not learn whether it belongs to an
 * account. The account holder gets the receipt, at the addresses the platform gave us; whatever comes of an appeal a
 * stranger sent in their name, their own through the link in that receipt stays open (`barsAppeal`).
 *
 * Sent twice, done once, also at the same moment; a form changed and sent again is a new one.
 */
export async function submitAppealForm(deps: Deps, input: SubmitAppealFormInput): Promise<Result<object, "platform_unknown">> {
  const now = deps.clock();
  const emailHash = deps.crypto.lookup(input.email, "email");
  return transact(deps.db, async (tx) => {
    const platform = await tx.platform.findUnique({ where: { key: input.platformKey }, select: { id: true } });
    if (!platform) return refuse("platform_unknown");
    const content = requestHashOf([input.platformKey, emailHash, input.actionText, input.explanation]);
    const request = { scope: "appeal.form", key: `${input.idempotencyKey}:${content}`, requestHash: content, at: now };
    if ((await claimRequest(tx, request, z.unknown())).state !== "first") return { ok: true };
    await answerRequest(tx, request, {});
    const id = newId();
    const match = await findAction(tx, { platformId: platform.id, emailHash, actionText: input.actionText, now: now.toJSDate() });
    if (match) {
      const explanation = `${input.actionText}\n\n${input.explanation}`;
      const filed = await enactFiling(tx, deps, sender, { ...match, explanation, idempotencyKey: id, channel: "form" });
      if (filed.ok) return { ok: true };
    }
    await tx.unmatchedAppeal.create({
      data: {
        id,
        platformId: platform.id,
        emailSealed: deps.crypto.seal(input.email, "unmatched-appeal.email"),
        emailHash,
        actionText: input.actionText,
        explanation: input.explanation,
        receivedAt: now.toJSDate(),
      },
      select: { id: true },
    });
    await recordAudit(tx, sender, { type: "appeal.received_unmatched", at: now, platformId: platform.id, unmatchedAppealId: id });
    return { ok: true };
  });
}

/** The one action of the accounts with this address that can be appealed now; by its reference where one is given. */
async function findAction(tx: Tx, by: { platformId: string; emailHash: string; actionText: string; now: Date }): Promise<{ accountId: string; actionId: string } | null> {
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

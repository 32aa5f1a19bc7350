import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { joinTransaction } from "~/infra/joined-transaction.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { maskAddress, maskLinkTokens } from "../notices/notice";
import { platformTerms } from "../platforms/terms.queries.server";
import { featureNamesOf } from "./decision-plan";
import { readGate } from "./gate.queries.server";
import { gateChanges, type GateChange, type PreviewedMessage } from "./preview-replacement.server";
import { refusedProposal } from "./stale-proposal";

/** What approving would do now, or why it cannot be approved. */
export type AnswerPreview = { problem: string } | { problem: null; endsAt: string | null; gate: GateChange[]; messages: PreviewedMessage[]; withheld: boolean };

/**
 * What a second person's yes about an action would do and tell, exactly (rule of procedure 2): it is given, read, and taken
 * back before anybody can see it.
 */
export async function previewAnswer(deps: Deps, actionId: string, approve: (joined: Deps) => Promise<Result<object, string>>): Promise<AnswerPreview> {
  const seen: { preview: AnswerPreview | null } = { preview: null };
  const at = deps.clock();
  await transact(deps.db, async (tx) => {
    const { account, noTipOff } = await tx.action.findUniqueOrThrow({ where: { id: actionId }, select: { noTipOff: true, account: { select: { id: true, platformId: true, externalId: true } } } });
    const gate = () => readGate({ db: tx, clock: deps.clock }, account.platformId, account.externalId);
    const before = await gate();
    const marker = newId();
    const done = await approve(joinTransaction(deps, tx, at));
    if (!done.ok) seen.preview = { problem: refusedProposal(done) };
    else {
      const { endsAt } = await tx.action.findFirstOrThrow({ where: { state: "active", OR: [{ id: actionId }, { replacesId: actionId }] }, select: { endsAt: true } });
      const staged = await tx.notice.findMany({ where: { id: { gt: marker }, accountId: account.id }, orderBy: { id: "asc" }, select: { subject: true, textSealed: true, addressSealed: true } });
      const names = featureNamesOf(await platformTerms(tx, account.platformId));
      seen.preview = {
        problem: null,
        endsAt: endsAt?.toISOString() ?? null,
        gate: gateChanges(before, await gate(), names),
        messages: staged.map((one) => ({ to: maskAddress(deps.crypto.open(one.addressSealed, "notice.address")), subject: one.subject, text: maskLinkTokens(deps.crypto.open(one.textSealed, "notice.text")) })),
        withheld: noTipOff,
      };
    }
    return refuse("rehearsed");
  });
  if (!seen.preview) throw new Error("an answer was not tried");
  return seen.preview;
}

import { z } from "zod";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { answerRequest, claimRequest, requestHashOf } from "~/infra/idempotency.server";
import { stageOutbox } from "~/infra/outbox.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { recordAudit } from "../audit/record-audit.server";
import type { SubmitAppealFormInput } from "./submit-appeal-form.schema";

const sender = { kind: "public" } as const;

/**
 * Takes an appeal that came without a private link (CF-AUP 7.3). It is only kept here; the action it means is looked for
 * afterwards (`fileReceivedAppeal`), and an appeal is filed as of now.
 *
 * So the answer, and the work behind it, are the same in every case: who types an address into this form must not learn
 * whether it belongs to an account, nor whether anything was decided about it, by a word or by the time it takes.
 *
 * Sent twice, done once, also at the same moment; a form changed and sent again is a new one.
 */
export async function submitAppealForm(deps: Deps, input: SubmitAppealFormInput, language: "en" | "es" | null = null): Promise<Result<object, "platform_unknown">> {
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
    await tx.unmatchedAppeal.create({
      data: {
        id,
        platformId: platform.id,
        emailSealed: deps.crypto.seal(input.email, "unmatched-appeal.email"),
        emailHash,
        answerSealed: deps.crypto.seal(input.email, "unmatched-appeal.email"),
        language,
        actionText: input.actionText,
        explanation: input.explanation,
        receivedAt: now.toJSDate(),
      },
      select: { id: true },
    });
    await recordAudit(tx, sender, { type: "appeal.received", at: now, platformId: platform.id, unmatchedAppealId: id });
    await stageOutbox(tx, { topic: "appeal.received", payload: { unmatchedId: id }, at: now });
    return { ok: true };
  });
}

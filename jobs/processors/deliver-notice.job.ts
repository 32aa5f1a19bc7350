import { outboxTopics } from "~/infra/outbox-topics";
import { claimNotice } from "~/modules/notices/claim-notice.server";
import { deferNotice } from "~/modules/notices/defer-notice.server";
import { failNotice } from "~/modules/notices/fail-notice.server";
import { markHandedOver } from "~/modules/notices/mark-handed-over.server";
import { defineProcessor, type Outcome } from "../define-processor";
import { writeDown } from "../write-down";

const worker = { kind: "system", name: "notice.deliver" } as const;

/**
 * Emails one notice. The queue may deliver twice, so the row decides: a handed-over notice is left alone.
 * A crash between the SMTP reply and the mark repeats the mail under the same Message-ID.
 */
export const deliverNotice = defineProcessor(
  "notice.deliver",
  outboxTopics["notice.deliver"].payload,
  async ({ noticeId }, deps): Promise<Outcome> => {
    const claim = await claimNotice(deps, { noticeId, leaseMs: deps.mailer.sendTimeoutMs * 1.5 });
    if (!claim.ok) return claim.reason === "not_yet" ? { again: claim.reason, inMs: Number(claim.detail?.inMs) } : { done: claim.reason };
    const { state, reply } = await deps.mailer.send(claim.mail);
    switch (state) {
      case "accepted":
        await writeDown(deps, () => markHandedOver(deps, worker, { noticeId, reply }));
        return { done: "handed_over" };
      case "refused":
        await writeDown(deps, () => failNotice(deps, worker, { noticeId, reply }));
        return { dead: "the mail server refused it" };
      case "deferred": {
        const deferred = await writeDown(deps, () => deferNotice(deps, worker, { noticeId, reply }));
        if (!deferred.ok) return { done: deferred.reason };
        return deferred.inMs === null ? { dead: "the mail server never took it" } : { again: "deferred", inMs: deferred.inMs };
      }
    }
  },
  async ({ noticeId }, deps) => {
    await failNotice(deps, worker, { noticeId, reply: "the job was given up" });
  },
);

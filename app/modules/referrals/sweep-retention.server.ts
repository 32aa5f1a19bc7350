import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { lockAccount } from "../platforms/account.server";
import { keptUntil } from "./preservation";

const worker: Actor = { kind: "system", name: "evidence.retention" };
const batch = 200;

interface Candidate {
  id: string;
  sha256: string;
  platformId: string;
  accountId: string | null;
  caseId: string | null;
  endedAt: Date;
  zone: string;
  days: number;
}

/**
 * Deletes evidence whose keeping time is over: the platform's days after its case was closed (or, without a case, after
 * its report was dismissed, or a mail that led to neither was settled and, where it may be an appeal, put aside). What a hold, a preservation request, a live referral, appeal or case keeps stays, and so
 * does a file while the window to appeal is open. The row stays as a tombstone without its name, with a last entry in
 * the chain of custody; the bytes go with the next sweep of files that no row names.
 */
export async function sweepRetention(deps: Deps): Promise<number> {
  const now = deps.clock();
  let deleted = 0;
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await deps.db.$queryRaw<Candidate[]>`
      SELECT f.id, f.sha256, p.id AS "platformId", coalesce(r.account_id, a.account_id) AS "accountId", c.id AS "caseId",
             coalesce(c.closed_at, r.resolved_at, greatest(e.settled_at, u.settled_at)) AS "endedAt", p.zone, p.evidence_retention_days AS days
        FROM evidence_file f
        LEFT JOIN report_message m ON m.id = f.report_message_id
        LEFT JOIN report r ON r.id = coalesce(f.report_id, m.report_id)
        LEFT JOIN appeal a ON a.id = f.appeal_id
        LEFT JOIN action x ON x.id = a.action_id
        LEFT JOIN "case" c ON c.id = coalesce(r.case_id, x.case_id)
        LEFT JOIN evidence_file o ON o.id = f.part_of_id
        LEFT JOIN received_mail e ON e.id = coalesce(f.mail_id, o.mail_id) AND f.report_id IS NULL AND f.appeal_id IS NULL
        LEFT JOIN unmatched_appeal u ON u.id = e.unmatched_appeal_id
        JOIN platform p ON p.id = coalesce(r.platform_id, a.platform_id, e.platform_id)
       WHERE f.deleted_at IS NULL AND f.id > ${after}::uuid
         AND CASE WHEN e.id IS NOT NULL THEN e.state <> 'received' WHEN c.id IS NULL THEN r.state = 'dismissed' ELSE c.state = 'closed' END
         AND coalesce(c.closed_at, r.resolved_at, greatest(e.settled_at, u.settled_at)) < ${now.toJSDate()}::timestamptz - make_interval(days => p.evidence_retention_days)
         AND NOT EXISTS (SELECT FROM action w WHERE w.case_id = c.id AND w.appeal_closes_at > ${now.toJSDate()})
         AND evidence_kept_by(f.id) IS NULL
       ORDER BY f.id LIMIT ${batch}`;
    for (const row of rows) {
      const ended = DateTime.fromJSDate(row.endedAt, { zone: "utc" });
      if (now >= keptUntil(ended, row.days, row.zone) && (await entomb(deps, row, now))) deleted += 1;
    }
    if (rows.length < batch) return deleted;
    after = rows.at(-1)!.id;
  }
}

/** Under the account's lock, so that a hold that is being set wins or waits. */
async function entomb(deps: Deps, { id, sha256, platformId, accountId, caseId }: Candidate, at: DateTime<true>): Promise<boolean> {
  return deps.db.$transaction(async (tx) => {
    if (accountId) await lockAccount(tx, accountId);
    const [free] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM evidence_file WHERE id = ${id}::uuid AND deleted_at IS NULL AND evidence_kept_by(id) IS NULL FOR UPDATE SKIP LOCKED`;
    if (!free) return false;
    await tx.evidenceFile.update({ where: { id }, data: { deletedAt: at.toJSDate(), fileName: "deleted", renditionSha256: null, renditionType: null } });
    await tx.evidenceRendition.deleteMany({ where: { evidenceFileId: id } });
    await tx.$executeRaw`UPDATE received_mail SET envelope_sealed = NULL, sender_hash = NULL, spooled = NULL FROM evidence_file f WHERE f.id = ${id}::uuid AND received_mail.id = f.mail_id`;
    await tx.evidenceCustody.createMany({ data: { id: newId(), evidenceFileId: id, at: at.toJSDate(), step: "deleted", actorKind: "system", actorId: "evidence.retention", sha256 } });
    await recordAudit(tx, worker, { type: "evidence.deleted", at, platformId, accountId, caseId, evidenceFileId: id, sha256 });
    return true;
  });
}

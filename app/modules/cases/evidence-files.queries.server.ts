import { z } from "zod";
import { Prisma, type Db, type Tx } from "~/infra/db.server";
import { evidenceViewSchema, type EvidenceView } from "./evidence-view";

/** Evidence files `f` as staff see them, in the order they came; `where` says whose. */
export const evidenceViews = (where: Prisma.Sql, limit = 50): Prisma.Sql => Prisma.sql`
  SELECT f.id, f.file_name AS "fileName", f.media_type AS "mediaType", f.size, f.sha256,
         CASE WHEN f.rendition_type LIKE 'image/%' THEN 'picture' WHEN f.rendition_type IS NOT NULL THEN 'text' END AS shown,
         (SELECT count(*)::int FROM evidence_rendition v WHERE v.evidence_file_id = f.id AND v.kind = 'page') AS pages, f.page_count AS "pageCount",
         f.media_type = 'application/pdf' AND f.rendered_at IS NULL AS waiting,
         CASE WHEN f.scan_verdict IS NOT NULL THEN jsonb_build_object('verdict', f.scan_verdict, 'signature', f.scan_signature) END AS scan,
         ARRAY(SELECT t.work::text FROM evidence_try t WHERE t.evidence_file_id = f.id AND t.next_at IS NULL ORDER BY t.work) AS "givenUp",
         coalesce(f.mail_id, (SELECT o.mail_id FROM evidence_file o WHERE o.id = f.part_of_id)) AS "mailId", f.part_of_id IS NOT NULL AS attached, f.deleted_at AS "deletedAt"
    FROM evidence_file f WHERE ${where} ORDER BY f.id LIMIT ${limit}`;

const rows = z.array(evidenceViewSchema.extend({ deletedAt: z.date().nullable() }));

/** Of one report, one appeal, or what came with one mail. */
export async function loadEvidenceFiles(db: Db | Tx, of: { reportId: string } | { appealId: string } | { mailId: string }): Promise<EvidenceView[]> {
  const where =
    "reportId" in of ? Prisma.sql`f.report_id = ${of.reportId}::uuid` : "appealId" in of ? Prisma.sql`f.appeal_id = ${of.appealId}::uuid` : Prisma.sql`f.part_of_id = (SELECT o.id FROM evidence_file o WHERE o.mail_id = ${of.mailId}::uuid)`;
  return rows.parse(await db.$queryRaw(evidenceViews(where))).map(({ deletedAt, ...file }) => ({ ...file, deletedAt: deletedAt?.toISOString() ?? null }));
}

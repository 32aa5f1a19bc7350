import type { Db } from "./db.server";

/** Every stored file that a row names, in the order of their keys, so many behind `after`. */
export async function storedKeys(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ key: string }[]>`
    SELECT key FROM (SELECT sha256 AS key FROM evidence_file WHERE deleted_at IS NULL
                     UNION SELECT rendition_sha256 FROM evidence_file WHERE deleted_at IS NULL
                     UNION SELECT v.sha256 FROM evidence_rendition v JOIN evidence_file f ON f.id = v.evidence_file_id WHERE f.deleted_at IS NULL
                     UNION SELECT i.rendition_sha256 FROM referral_item i JOIN evidence_file f ON f.id = i.evidence_file_id WHERE f.deleted_at IS NULL
                     UNION SELECT sha256 FROM referral_packet UNION SELECT snapshot_sha256 FROM referral_packet) AS k
     WHERE key > ${after} ORDER BY key LIMIT ${limit}`;
  return rows.map(({ key }) => key);
}

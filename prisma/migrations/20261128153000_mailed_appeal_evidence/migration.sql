-- A mail that may be an appeal, and what was attached to it, stay until a person has found the action it means or put it aside.
CREATE OR REPLACE FUNCTION evidence_kept_by(file_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
  WITH scope AS (
    SELECT f.id, coalesce(r.account_id, p.account_id) AS account_id, coalesce(r.case_id, x.case_id) AS case_id, coalesce(f.mail_id, o.mail_id) AS mail_id
      FROM evidence_file f
      LEFT JOIN evidence_file o ON o.id = f.part_of_id
      LEFT JOIN report_message m ON m.id = f.report_message_id
      LEFT JOIN report r ON r.id = coalesce(f.report_id, m.report_id)
      LEFT JOIN appeal p ON p.id = f.appeal_id
      LEFT JOIN action x ON x.id = p.action_id
     WHERE f.id = file_id)
  SELECT CASE
    WHEN EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND h.account_id = s.account_id AND (h.case_id IS NULL OR h.case_id = s.case_id)) THEN 'legal_hold'
    WHEN EXISTS (SELECT FROM preservation_request q WHERE q.expired_at IS NULL AND q.account_id = s.account_id AND (q.case_id IS NULL OR q.case_id = s.case_id)) THEN 'preservation'
    WHEN EXISTS (
      SELECT FROM referral_item i JOIN referral l ON l.id = i.referral_id
       WHERE i.evidence_file_id = s.id AND l.state IN ('draft', 'awaiting_approval', 'approved')) THEN 'referral'
    WHEN EXISTS (SELECT FROM "case" c WHERE c.id = s.case_id AND c.state <> 'closed') THEN 'case'
    WHEN EXISTS (
      SELECT FROM appeal a JOIN action x ON x.id = a.action_id
       WHERE x.case_id = s.case_id AND a.state IN ('filed', 'under_review')) THEN 'appeal'
    WHEN EXISTS (
      SELECT FROM received_mail e JOIN unmatched_appeal u ON u.id = e.unmatched_appeal_id
       WHERE e.id = s.mail_id AND u.settled_at IS NULL) THEN 'appeal'
  END FROM scope s
$$;

CREATE INDEX "received_mail_unmatched_appeal_id_idx" ON "received_mail"("unmatched_appeal_id");

-- Whoever sent an appeal that fits no single action reads by a private link where it stands.
ALTER TABLE "access_link" ADD COLUMN     "unmatched_appeal_id" UUID;

CREATE INDEX "access_link_unmatched_appeal_id_idx" ON "access_link"("unmatched_appeal_id");

ALTER TABLE access_link
  DROP CONSTRAINT access_link_one_subject,
  ADD CONSTRAINT access_link_one_subject CHECK (num_nonnulls(report_id, account_id, reporter_id, unmatched_appeal_id) = 1);

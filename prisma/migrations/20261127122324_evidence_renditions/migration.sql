CREATE TYPE "evidence_rendition_kind" AS ENUM ('html', 'page');

ALTER TABLE "evidence_file" ADD COLUMN     "page_count" INTEGER,
ADD COLUMN     "part_number" INTEGER,
ADD COLUMN     "part_of_id" UUID,
ADD COLUMN     "rendered_at" TIMESTAMPTZ(3);

CREATE TABLE "evidence_rendition" (
    "evidence_file_id" UUID NOT NULL,
    "kind" "evidence_rendition_kind" NOT NULL,
    "number" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "media_type" TEXT NOT NULL,

    CONSTRAINT "evidence_rendition_pkey" PRIMARY KEY ("evidence_file_id","kind","number")
);

CREATE INDEX "evidence_rendition_sha256_idx" ON "evidence_rendition"("sha256");

CREATE UNIQUE INDEX "evidence_file_part_of_id_part_number_key" ON "evidence_file"("part_of_id", "part_number");

ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_part_of_id_fkey" FOREIGN KEY ("part_of_id") REFERENCES "evidence_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "evidence_rendition" ADD CONSTRAINT "evidence_rendition_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "evidence_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What is attached to a mail belongs to whom the mail belongs.
ALTER TABLE evidence_file
  DROP CONSTRAINT evidence_file_has_origin,
  ADD CONSTRAINT evidence_file_has_origin CHECK (num_nonnulls(report_id, appeal_id) = 1 OR (num_nonnulls(mail_id, part_of_id) = 1 AND num_nonnulls(report_id, appeal_id) = 0)),
  ADD CONSTRAINT evidence_file_part_of_mail CHECK (num_nonnulls(part_of_id, part_number) IN (0, 2) AND num_nonnulls(mail_id, part_of_id) < 2 AND part_number > 0);

CREATE FUNCTION evidence_parts_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE evidence_file SET report_id = NEW.report_id, report_message_id = NEW.report_message_id, appeal_id = NEW.appeal_id
   WHERE part_of_id = NEW.id AND deleted_at IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER evidence_parts_follow AFTER UPDATE OF report_id, report_message_id, appeal_id ON evidence_file
  FOR EACH ROW WHEN (NEW.mail_id IS NOT NULL AND (OLD.report_id, OLD.report_message_id, OLD.appeal_id) IS DISTINCT FROM (NEW.report_id, NEW.report_message_id, NEW.appeal_id))
  EXECUTE FUNCTION evidence_parts_follow();

CREATE INDEX evidence_file_to_render ON evidence_file (id) WHERE rendered_at IS NULL AND deleted_at IS NULL AND (mail_id IS NOT NULL OR media_type = 'application/pdf');

ALTER TABLE evidence_rendition
  ADD CONSTRAINT evidence_rendition_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT evidence_rendition_number CHECK (number > 0);
CREATE TRIGGER evidence_rendition_stays BEFORE UPDATE ON evidence_rendition
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE UPDATE ON evidence_rendition FROM console_app;

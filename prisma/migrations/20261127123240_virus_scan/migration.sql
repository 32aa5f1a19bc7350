CREATE TYPE "scan_verdict" AS ENUM ('clean', 'infected');

ALTER TYPE "custody_step" ADD VALUE 'scanned';

ALTER TABLE "evidence_file" ADD COLUMN     "scan_signature" TEXT,
ADD COLUMN     "scan_verdict" "scan_verdict",
ADD COLUMN     "scanned_at" TIMESTAMPTZ(3);

ALTER TABLE evidence_file
  ADD CONSTRAINT evidence_file_scan CHECK ((scan_verdict IS NULL) = (scanned_at IS NULL) AND (scan_signature IS NULL OR scan_verdict = 'infected'));

CREATE INDEX evidence_file_to_scan ON evidence_file (id) WHERE scanned_at IS NULL AND deleted_at IS NULL;

-- A verdict stands, and the original of an infected file goes to no agency.
CREATE FUNCTION evidence_verdict_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the verdict on evidence file % stands', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_verdict_stands';
END $$;
CREATE TRIGGER evidence_verdict_stands BEFORE UPDATE OF scan_verdict ON evidence_file
  FOR EACH ROW WHEN (OLD.scan_verdict IS NOT NULL AND OLD.scan_verdict IS DISTINCT FROM NEW.scan_verdict) EXECUTE FUNCTION evidence_verdict_stands();

CREATE FUNCTION referral_original_not_infected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM evidence_file f WHERE f.id = NEW.evidence_file_id AND f.scan_verdict = 'infected') THEN
    RAISE EXCEPTION 'evidence file % is infected', NEW.evidence_file_id USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_original_not_infected';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER referral_original_not_infected BEFORE INSERT OR UPDATE OF original, evidence_file_id ON referral_item
  FOR EACH ROW WHEN (NEW.original) EXECUTE FUNCTION referral_original_not_infected();

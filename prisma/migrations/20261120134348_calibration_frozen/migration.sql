-- AlterEnum
ALTER TYPE "notice_kind" ADD VALUE 'appeal_question_ended' AFTER 'appeal_question';

-- A sample waits or was reviewed. Nothing ever made one void, and nothing should: what becomes of a decision later does not
-- change how two people saw the same case.
DROP TRIGGER calibration_review_frozen ON calibration_sample;
DROP INDEX calibration_sample_waiting;
ALTER TABLE calibration_sample
  DROP CONSTRAINT calibration_reviewed_whole,
  DROP CONSTRAINT calibration_violation_has_rung,
  DROP CONSTRAINT calibration_void_has_reason,
  DROP COLUMN "void_reason";

ALTER TYPE "sample_state" RENAME TO "sample_state_before";
CREATE TYPE "sample_state" AS ENUM ('pending', 'reviewed');
ALTER TABLE "calibration_sample"
  ALTER COLUMN "state" DROP DEFAULT,
  ALTER COLUMN "state" TYPE "sample_state" USING ("state"::text::"sample_state"),
  ALTER COLUMN "state" SET DEFAULT 'pending';
DROP TYPE "sample_state_before";

CREATE INDEX calibration_sample_waiting ON calibration_sample (sampled_at, id) WHERE state = 'pending';
ALTER TABLE calibration_sample
  ADD CONSTRAINT calibration_reviewed_whole CHECK ((state = 'reviewed') = (reviewer_id IS NOT NULL AND reviewed_at IS NOT NULL AND outcome IS NOT NULL AND rationale IS NOT NULL)),
  ADD CONSTRAINT calibration_violation_has_rung CHECK (state <> 'reviewed' OR (outcome = 'violation') = (rung IS NOT NULL));
CREATE TRIGGER calibration_review_frozen BEFORE UPDATE OR DELETE ON calibration_sample
  FOR EACH ROW WHEN (OLD.state = 'reviewed') EXECUTE FUNCTION refuse_change();

-- The clauses somebody found belong to their review and stay with it.
CREATE FUNCTION calibration_findings_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  sample uuid;
BEGIN
  FOREACH sample IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.sample_id] WHEN 'DELETE' THEN ARRAY[OLD.sample_id] ELSE ARRAY[OLD.sample_id, NEW.sample_id] END LOOP
    PERFORM 1 FROM calibration_sample WHERE id = sample AND state = 'reviewed' FOR SHARE;
    IF FOUND THEN
      RAISE EXCEPTION '% on calibration_finding is refused: the findings of a review never change', TG_OP
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'calibration_findings_frozen';
    END IF;
  END LOOP;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER calibration_finding_frozen BEFORE INSERT OR UPDATE OR DELETE ON calibration_finding
  FOR EACH ROW EXECUTE FUNCTION calibration_findings_frozen();

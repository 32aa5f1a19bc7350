-- CreateEnum
CREATE TYPE "decision_review" AS ENUM ('stands', 'redecided');

-- AlterTable
ALTER TABLE "case" ADD COLUMN     "close_check_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "review_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "review_result" "decision_review",
ADD COLUMN     "reviewed_at" TIMESTAMPTZ(3),
ADD COLUMN     "reviewed_by_id" UUID;

-- Whoever made or approved a decision does not judge it again (rule of procedure 3).
ALTER TABLE "decision"
  ADD CONSTRAINT decision_review_independent CHECK (reviewed_by_id IS NULL OR (reviewed_by_id <> decider_id AND reviewed_by_id IS DISTINCT FROM approver_id)),
  ADD CONSTRAINT decision_review_whole CHECK (num_nonnulls(reviewed_by_id, reviewed_at, review_result) IN (0, 3));
UPDATE "decision" SET review_asked_at = decided_at WHERE review_reason IS NOT NULL;

-- A decided case is looked at after every change of it, and when the sweep said so: only those due are ever read.
UPDATE "case" SET close_check_at = updated_at WHERE state = 'decided';
CREATE INDEX case_to_close ON "case" (close_check_at, id) WHERE state = 'decided';
CREATE FUNCTION case_close_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'decided' THEN
    NEW.close_check_at := NULL;
  ELSIF TG_OP = 'INSERT' OR OLD.state <> 'decided' OR OLD.version <> NEW.version THEN
    NEW.close_check_at := NEW.updated_at;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER case_close_check BEFORE INSERT OR UPDATE OF state, version ON "case"
  FOR EACH ROW EXECUTE FUNCTION case_close_check();

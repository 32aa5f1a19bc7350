-- CreateEnum
CREATE TYPE "question_end" AS ENUM ('answered', 'withdrawn', 'expired', 'appeal_over');

-- CreateEnum
CREATE TYPE "sample_state" AS ENUM ('pending', 'reviewed', 'void');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "notice_kind" ADD VALUE 'appeal_question';
ALTER TYPE "notice_kind" ADD VALUE 'appeal_deadline';

-- AlterTable
ALTER TABLE "appeal" ADD COLUMN     "confirmed_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_days" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "appeal_statement" ADD COLUMN     "question_id" UUID;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "calibration_drawn_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "platform" ADD COLUMN     "appeal_pause_business_days" INTEGER NOT NULL DEFAULT 10,
ADD COLUMN     "calibration_share_bp" INTEGER NOT NULL DEFAULT 500;

-- CreateTable
CREATE TABLE "appeal_question" (
    "id" UUID NOT NULL,
    "appeal_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "notice_ids" UUID[],
    "paused_at" TIMESTAMPTZ(3),
    "pause_ends_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ending" "question_end",
    "due_before" TIMESTAMPTZ(3),
    "due_after" TIMESTAMPTZ(3),

    CONSTRAINT "appeal_question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calibration_sample" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "decision_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "state" "sample_state" NOT NULL DEFAULT 'pending',
    "share_bp" INTEGER NOT NULL,
    "sampled_at" TIMESTAMPTZ(3) NOT NULL,
    "claimed_by_id" UUID,
    "claimed_at" TIMESTAMPTZ(3),
    "reviewer_id" UUID,
    "reviewed_at" TIMESTAMPTZ(3),
    "outcome" "decision_outcome",
    "rung" INTEGER,
    "rationale" TEXT,
    "void_reason" TEXT,

    CONSTRAINT "calibration_sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "calibration_finding" (
    "sample_id" UUID NOT NULL,
    "clause_id" UUID NOT NULL,

    CONSTRAINT "calibration_finding_pkey" PRIMARY KEY ("sample_id","clause_id")
);

-- CreateTable
CREATE TABLE "calibration_exposure" (
    "sample_id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "calibration_exposure_pkey" PRIMARY KEY ("sample_id","staff_id")
);

-- CreateIndex
CREATE INDEX "appeal_question_appeal_id_asked_at_idx" ON "appeal_question"("appeal_id", "asked_at");

-- CreateIndex
CREATE UNIQUE INDEX "calibration_sample_reference_key" ON "calibration_sample"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "calibration_sample_decision_id_key" ON "calibration_sample"("decision_id");

-- CreateIndex
CREATE INDEX "calibration_sample_platform_id_reviewed_at_idx" ON "calibration_sample"("platform_id", "reviewed_at");

-- CreateIndex
CREATE INDEX "calibration_sample_case_id_idx" ON "calibration_sample"("case_id");

-- CreateIndex
CREATE INDEX "calibration_finding_clause_id_idx" ON "calibration_finding"("clause_id");

-- AddForeignKey
ALTER TABLE "appeal_question" ADD CONSTRAINT "appeal_question_appeal_id_fkey" FOREIGN KEY ("appeal_id") REFERENCES "appeal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calibration_sample" ADD CONSTRAINT "calibration_sample_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calibration_finding" ADD CONSTRAINT "calibration_finding_sample_id_fkey" FOREIGN KEY ("sample_id") REFERENCES "calibration_sample"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calibration_finding" ADD CONSTRAINT "calibration_finding_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "calibration_exposure" ADD CONSTRAINT "calibration_exposure_sample_id_fkey" FOREIGN KEY ("sample_id") REFERENCES "calibration_sample"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ------------------------------------------------------- the clock of appeals

CREATE UNIQUE INDEX appeal_question_one_open ON appeal_question (appeal_id) WHERE ended_at IS NULL;
CREATE INDEX appeal_question_pause_due ON appeal_question (pause_ends_at, id) WHERE ended_at IS NULL AND pause_ends_at IS NOT NULL;
CREATE INDEX appeal_question_by_notice ON appeal_question USING gin (notice_ids) WHERE ended_at IS NULL;

ALTER TABLE appeal_question
  ADD CONSTRAINT appeal_question_ended_whole CHECK ((ended_at IS NULL) = (ending IS NULL)),
  ADD CONSTRAINT appeal_question_pause_whole CHECK ((paused_at IS NULL) = (pause_ends_at IS NULL) AND (paused_at IS NULL) = (due_before IS NULL)),
  -- A pause gives time and never takes any.
  ADD CONSTRAINT appeal_question_pause_gives CHECK (due_after IS NULL OR (ended_at IS NOT NULL AND due_after >= due_before));

-- Breaches are counted and never hidden: a ruling after the due day carries its mark.
UPDATE appeal SET breached_at = due_at WHERE breached_at IS NULL AND ruled_at >= due_at;
ALTER TABLE appeal
  ADD CONSTRAINT appeal_paused_while_live CHECK (paused_at IS NULL OR state IN ('filed', 'under_review')),
  ADD CONSTRAINT appeal_paused_days_not_negative CHECK (paused_days >= 0),
  ADD CONSTRAINT appeal_breach_shows CHECK (ruled_at IS NULL OR ruled_at < due_at OR breached_at IS NOT NULL);

CREATE FUNCTION appeal_breach_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the breach of appeal % stays on record', OLD.reference
    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_breach_stays';
END $$;
CREATE TRIGGER appeal_breach_kept BEFORE UPDATE OF breached_at ON appeal
  FOR EACH ROW WHEN (OLD.breached_at IS NOT NULL AND NEW.breached_at IS DISTINCT FROM OLD.breached_at)
  EXECUTE FUNCTION appeal_breach_stays();

-- What the account holder filed with their own link needs no confirmation.
UPDATE appeal SET confirmed_at = filed_at WHERE channel = 'link';

CREATE INDEX appeal_settled_by_ruling ON appeal (ruled_at DESC, id) WHERE ruled_at IS NOT NULL;

-- Independence (DOMAIN, rule 3), also of who answered the proposal, let an interim measure last longer, or lifted the measure.
CREATE FUNCTION took_part_in_action(person uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM action a LEFT JOIN decision d ON d.id = a.decision_id
     WHERE a.id = which AND (
       person IN (a.proposer_id, a.approver_id, d.decider_id, d.approver_id)
       OR (a.state = 'lifted' AND a.ended_by_id = person)
       OR EXISTS (SELECT 1 FROM approval p WHERE p.decision_id = a.decision_id AND p.reviewer_id = person)
       OR (a.interim AND EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = a.case_id AND e.kind = 'interim_extended'
             AND e.actor_kind = 'staff' AND e.actor_id = person AND e.data->>'actionId' = a.id::text))))
$$;

CREATE OR REPLACE FUNCTION appeal_independence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.ruled_by_id IS NOT NULL AND took_part_in_action(NEW.ruled_by_id, NEW.action_id))
     OR (NEW.reviewer_id IS NOT NULL AND NEW.reviewer_id IS DISTINCT FROM NEW.ruled_by_id AND took_part_in_action(NEW.reviewer_id, NEW.action_id)) THEN
    RAISE EXCEPTION 'the reviewer of appeal % made or approved the decision', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_independence';
  END IF;
  RETURN NEW;
END $$;
-- Only a change of who looks at it is checked: what somebody does to the measure later does not undo the past.
DROP TRIGGER appeal_independent ON appeal;
CREATE TRIGGER appeal_independent BEFORE INSERT OR UPDATE OF reviewer_id, ruled_by_id, action_id ON appeal
  FOR EACH ROW EXECUTE FUNCTION appeal_independence();

-- ---------------------------------------------------------------- calibration

ALTER TABLE platform
  ADD CONSTRAINT platform_calibration_share CHECK (calibration_share_bp BETWEEN 100 AND 10000),
  ADD CONSTRAINT platform_appeal_pause CHECK (appeal_pause_business_days BETWEEN 1 AND 60);

CREATE INDEX decision_to_draw ON decision (effective_at, id) WHERE calibration_drawn_at IS NULL AND effective_at IS NOT NULL;
CREATE INDEX calibration_sample_waiting ON calibration_sample (sampled_at, id) WHERE state = 'pending';

ALTER TABLE calibration_sample
  ADD CONSTRAINT calibration_claim_whole CHECK ((claimed_by_id IS NULL) = (claimed_at IS NULL)),
  ADD CONSTRAINT calibration_rung CHECK (rung IS NULL OR (rung BETWEEN 1 AND 5 AND outcome = 'violation')),
  ADD CONSTRAINT calibration_reviewed_whole CHECK ((state = 'reviewed') = (reviewer_id IS NOT NULL AND reviewed_at IS NOT NULL AND outcome IS NOT NULL AND rationale IS NOT NULL)),
  ADD CONSTRAINT calibration_violation_has_rung CHECK (state <> 'reviewed' OR (outcome = 'violation') = (rung IS NOT NULL)),
  ADD CONSTRAINT calibration_void_has_reason CHECK ((state = 'void') = (void_reason IS NOT NULL));

-- The second look is blind and a stranger's: nobody reviews what they decided, approved, worked on or ruled on, nor after seeing it.
CREATE FUNCTION calibration_independence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  person uuid := coalesce(NEW.reviewer_id, NEW.claimed_by_id);
BEGIN
  IF person IS NOT NULL AND (
       EXISTS (SELECT 1 FROM decision d WHERE d.id = NEW.decision_id AND person IN (d.decider_id, d.approver_id))
       OR EXISTS (SELECT 1 FROM approval p JOIN decision d ON d.id = p.decision_id WHERE d.case_id = NEW.case_id AND person IN (p.reviewer_id, p.proposer_id))
       OR EXISTS (SELECT 1 FROM appeal l JOIN action a ON a.id = l.action_id WHERE a.case_id = NEW.case_id AND person IN (l.ruled_by_id, l.reviewer_id))
       OR EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = NEW.case_id AND e.actor_kind = 'staff' AND e.actor_id = person)
       OR EXISTS (SELECT 1 FROM calibration_exposure x WHERE x.sample_id = NEW.id AND x.staff_id = person)) THEN
    RAISE EXCEPTION 'the reviewer of sample % knows the decision', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'calibration_independence';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calibration_independent BEFORE INSERT OR UPDATE OF claimed_by_id, reviewer_id ON calibration_sample
  FOR EACH ROW EXECUTE FUNCTION calibration_independence();

-- A review that was given stays as it was given.
CREATE TRIGGER calibration_review_frozen BEFORE UPDATE OR DELETE ON calibration_sample
  FOR EACH ROW WHEN (OLD.state = 'reviewed') EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON appeal_question, calibration_sample, calibration_finding, calibration_exposure TO console_app;

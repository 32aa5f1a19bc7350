-- Whoever appealed is told when the time promised for an answer has passed without one.
ALTER TYPE "notice_kind" ADD VALUE 'appeal_delayed' AFTER 'appeal_question_ended';
ALTER TABLE "appeal" ADD COLUMN     "delay_told_at" TIMESTAMPTZ(3);
CREATE INDEX appeal_delay_to_tell ON appeal (due_at, id) WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND breached_at IS NOT NULL AND delay_told_at IS NULL;

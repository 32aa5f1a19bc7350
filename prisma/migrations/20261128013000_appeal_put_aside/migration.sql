-- Whoever sent an appeal that a person puts aside is told why, where they may be answered at all.
ALTER TYPE "notice_kind" ADD VALUE 'appeal_put_aside';
ALTER TABLE "unmatched_appeal" ADD COLUMN     "answer_sealed" TEXT,
ADD COLUMN     "language" TEXT;
-- What waits since the public form took it left an address to be answered at; of a mail nobody noted whether it may be answered.
UPDATE unmatched_appeal u SET answer_sealed = u.email_sealed
 WHERE u.settled_at IS NULL AND NOT EXISTS (SELECT FROM received_mail m WHERE m.unmatched_appeal_id = u.id);

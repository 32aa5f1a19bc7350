-- A version that was given a later day tells who is written to from then on of that day. Each text stays, under the day it names, and each
-- message keeps the day it was put on its way with.
ALTER TABLE "policy_notice_text" ADD COLUMN "effective_day" DATE;
UPDATE "policy_notice_text" t SET "effective_day" = coalesce((SELECT o.effective_on FROM policy_posting o WHERE o.policy_version_id = c.policy_version_id AND o.posted_at = c.started_at LIMIT 1), c.effective_day)
  FROM policy_notice_campaign c WHERE c.id = t.campaign_id;
ALTER TABLE "policy_notice_text" ALTER COLUMN "effective_day" SET NOT NULL, DROP CONSTRAINT "policy_notice_text_pkey", ADD CONSTRAINT "policy_notice_text_pkey" PRIMARY KEY ("campaign_id", "language", "effective_day");

-- AlterTable
ALTER TABLE "policy_notice_message" ADD COLUMN     "text_day" DATE;
UPDATE "policy_notice_message" m SET "text_day" = (SELECT max(t.effective_day) FROM policy_notice_text t WHERE t.campaign_id = m.campaign_id) WHERE m.attempts > 0;

-- Who takes a message writes that into its row: with room on the page no index is touched by it.
ALTER TABLE "policy_notice_message" SET (fillfactor = 50);

-- Null once it was erased with the account's personal data (CHAT-PP 6).
ALTER TABLE "policy_notice_message" ALTER COLUMN "address_sealed" DROP NOT NULL;
ALTER TABLE "policy_notice_message" ADD CONSTRAINT "policy_notice_message_waits_with_address" CHECK ("state" <> 'queued' OR "address_sealed" IS NOT NULL);
CREATE INDEX "account_by_closed" ON "account" ("closed_at") WHERE "closed_at" IS NOT NULL;

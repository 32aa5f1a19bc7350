-- The engine of policy notices (CF-AUP 9): who is told of a version, by which message, and what the mail server said.
-- CreateEnum
CREATE TYPE "recipient_state" AS ENUM ('waiting', 'notified', 'unreachable', 'dropped');

-- AlterTable
ALTER TABLE "account_contact" ADD COLUMN     "language" TEXT;

-- AlterTable
ALTER TABLE "policy_notice_campaign" ADD COLUMN     "completed_at" TIMESTAMPTZ(3),
ADD COLUMN     "domain_per_second" INTEGER NOT NULL DEFAULT 10,
ADD COLUMN     "from_address" TEXT,
ADD COLUMN     "from_name" TEXT,
ADD COLUMN     "held_reason" TEXT,
ADD COLUMN     "held_since" TIMESTAMPTZ(3),
ADD COLUMN     "law_agreed_at" TIMESTAMPTZ(3),
ADD COLUMN     "law_agreed_by_id" UUID,
ADD COLUMN     "law_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "law_asked_by_id" UUID,
ADD COLUMN     "pause_reason" TEXT,
ADD COLUMN     "paused_at" TIMESTAMPTZ(3),
ADD COLUMN     "paused_by_id" UUID,
ADD COLUMN     "rate_per_second" INTEGER NOT NULL DEFAULT 50,
ADD COLUMN     "required_by_law" TEXT,
ADD COLUMN     "snapshot_at" TIMESTAMPTZ(3),
ADD COLUMN     "staged_at" TIMESTAMPTZ(3),
ADD COLUMN     "staged_through" UUID,
ADD COLUMN     "started_by_id" UUID,
ADD COLUMN     "stop_reason" TEXT,
ADD COLUMN     "stopped_at" TIMESTAMPTZ(3),
ADD COLUMN     "stopped_by_id" UUID,
ADD COLUMN     "warm_up_minutes" INTEGER NOT NULL DEFAULT 60;

-- AlterTable
ALTER TABLE "policy_notice_recipient" DROP COLUMN "notice_id",
ADD COLUMN     "choose_at" TIMESTAMPTZ(3),
ADD COLUMN     "joined_at" TIMESTAMPTZ(3),
ADD COLUMN     "notified_by_message_id" UUID,
ADD COLUMN     "read_at" TIMESTAMPTZ(3),
ADD COLUMN     "settled_at" TIMESTAMPTZ(3),
ADD COLUMN     "settled_by_id" UUID,
ADD COLUMN     "settled_how" TEXT,
ADD COLUMN     "state" "recipient_state" NOT NULL DEFAULT 'waiting',
ADD COLUMN     "told_at" TIMESTAMPTZ(3),
ADD COLUMN     "unreachable_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "policy_notice_text" (
    "campaign_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,

    CONSTRAINT "policy_notice_text_pkey" PRIMARY KEY ("campaign_id","language")
);

-- CreateTable
CREATE TABLE "policy_notice_domain" (
    "campaign_id" UUID NOT NULL,
    "domain" TEXT NOT NULL,
    "messages" INTEGER NOT NULL DEFAULT 0,
    "granted" INTEGER NOT NULL DEFAULT 0,
    "free_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_notice_domain_pkey" PRIMARY KEY ("campaign_id","domain")
);

-- CreateTable
CREATE TABLE "policy_notice_message" (
    "id" UUID NOT NULL,
    "campaign_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "domain" TEXT NOT NULL,
    "state" "notice_state" NOT NULL DEFAULT 'queued',
    "address_sealed" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "addressee" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "has_turn" BOOLEAN NOT NULL DEFAULT false,
    "sender_id" UUID,
    "smtp_reply" TEXT,
    "last_error" TEXT,
    "handed_over_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "complained_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_notice_message_pkey" PRIMARY KEY ("id")
) WITH (fillfactor = 70);

-- CreateTable
CREATE TABLE "policy_notice_sender" (
    "id" UUID NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_notice_sender_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "policy_notice_message_campaign_id_account_id_contact_id_key" ON "policy_notice_message"("campaign_id", "account_id", "contact_id");

-- CreateIndex
CREATE INDEX "policy_notice_campaign_platform_id_idx" ON "policy_notice_campaign"("platform_id");

-- AddForeignKey
ALTER TABLE "policy_notice_text" ADD CONSTRAINT "policy_notice_text_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "policy_notice_campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_domain" ADD CONSTRAINT "policy_notice_domain_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "policy_notice_campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_message" ADD CONSTRAINT "policy_notice_message_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "policy_notice_campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

UPDATE "policy_notice_recipient" SET "state" = CASE WHEN "dropped_at" IS NOT NULL THEN 'dropped' ELSE 'notified' END::"recipient_state"
 WHERE "dropped_at" IS NOT NULL OR "notified_at" IS NOT NULL;
-- Marking a recipient changes no indexed column, so that the row stays on its page where there is room.
ALTER TABLE "policy_notice_recipient" SET (fillfactor = 80);

ALTER TABLE "policy_notice_campaign"
  ADD CONSTRAINT "policy_notice_campaign_pace" CHECK ("rate_per_second" > 0 AND "domain_per_second" > 0 AND "warm_up_minutes" >= 0),
  ADD CONSTRAINT "policy_notice_campaign_law_whole" CHECK (("required_by_law" IS NULL) = ("law_asked_by_id" IS NULL) AND ("law_asked_by_id" IS NULL) = ("law_asked_at" IS NULL) AND ("law_agreed_by_id" IS NULL) = ("law_agreed_at" IS NULL)),
  ADD CONSTRAINT "policy_notice_campaign_law_four_eyes" CHECK ("law_agreed_by_id" IS NULL OR ("law_asked_by_id" IS NOT NULL AND "law_agreed_by_id" <> "law_asked_by_id"));
CREATE UNIQUE INDEX "policy_notice_campaign_one_per_version" ON "policy_notice_campaign" ("policy_version_id") WHERE "state" <> 'stopped';
CREATE INDEX "policy_notice_campaign_live" ON "policy_notice_campaign" ("platform_id") WHERE "state" IN ('sending', 'paused', 'complete');

ALTER TABLE "policy_notice_recipient"
  ADD CONSTRAINT "policy_notice_recipient_notified" CHECK ("state" <> 'notified' OR "notified_at" IS NOT NULL),
  ADD CONSTRAINT "policy_notice_recipient_settled" CHECK (("settled_at" IS NULL) = ("settled_by_id" IS NULL) AND ("settled_at" IS NULL) = ("settled_how" IS NULL) AND ("settled_at" IS NULL) = ("told_at" IS NULL));
CREATE INDEX "policy_notice_recipient_to_choose" ON "policy_notice_recipient" ("campaign_id", "choose_at", "account_id") WHERE "choose_at" IS NOT NULL;
CREATE INDEX "policy_notice_recipient_unreachable" ON "policy_notice_recipient" ("campaign_id", "unreachable_at", "account_id") WHERE "unreachable_at" IS NOT NULL AND "settled_at" IS NULL;

-- Who has taken a message is in no index: what is taken stands at the head of this one until it is marked.
CREATE INDEX "policy_notice_message_due" ON "policy_notice_message" ("campaign_id", "due_at", "id") WHERE "state" = 'queued';

-- DOMAIN, state machines: notice to one person.
CREATE FUNCTION policy_notice_message_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a notice does not go from % to %', OLD.state, NEW.state USING ERRCODE = '23514', CONSTRAINT = 'policy_notice_message_moves';
END $$;
CREATE TRIGGER policy_notice_message_moves BEFORE UPDATE ON "policy_notice_message" FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
    ('queued', 'handed_over'), ('queued', 'failed'), ('handed_over', 'delivered'), ('handed_over', 'bounced'), ('handed_over', 'failed'), ('bounced', 'queued'), ('failed', 'queued')))
  EXECUTE FUNCTION policy_notice_message_moves();

REVOKE UPDATE, DELETE ON "policy_notice_text" FROM console_app;
REVOKE DELETE ON "policy_notice_campaign", "policy_notice_recipient", "policy_notice_message" FROM console_app;

-- A campaign that starts waits for the transactions that change accounts, and those that come later see the campaign: an account is in its
-- snapshot or joins it, and none falls between.
CREATE FUNCTION policy_notice_lock_audience(platform uuid) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtext('policy_notice_audience'), hashtext(platform::text));
$$;

-- Accounts that come, or are active again, while a change of policy is ahead are told of it like everybody else.
CREATE FUNCTION policy_notice_join(accounts uuid[], platforms uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtext('policy_notice_audience'), hashtext(p::text)) FROM (SELECT DISTINCT unnest(platforms) AS p ORDER BY 1) AS these;
  INSERT INTO policy_notice_recipient (campaign_id, account_id, joined_at, choose_at)
  SELECT c.id, a.id, a.updated_at, a.updated_at
    FROM policy_notice_campaign c
    JOIN policy_version v ON v.id = c.policy_version_id AND v.state = 'scheduled'
    JOIN account a ON a.platform_id = c.platform_id AND a.id = ANY (accounts)
   WHERE c.state IN ('sending', 'paused', 'complete') AND c.platform_id = ANY (platforms)
   ORDER BY c.id, a.id
  ON CONFLICT (campaign_id, account_id) DO UPDATE SET state = 'waiting', dropped_at = NULL, joined_at = excluded.joined_at, choose_at = excluded.choose_at
    WHERE policy_notice_recipient.state = 'dropped';
END $$;

CREATE FUNCTION policy_notice_account_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM policy_notice_join(array_agg(id), array_agg(DISTINCT platform_id)) FROM added WHERE status IN ('active', 'restricted') HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER policy_notice_account_added AFTER INSERT ON "account" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION policy_notice_account_added();

CREATE FUNCTION policy_notice_account_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('active', 'restricted') THEN
    PERFORM policy_notice_join(ARRAY[NEW.id], ARRAY[NEW.platform_id]);
  ELSIF NEW.status IN ('terminated', 'closed') THEN
    UPDATE policy_notice_recipient r SET state = 'dropped', dropped_at = NEW.updated_at, choose_at = NULL, unreachable_at = NULL
      FROM policy_notice_campaign c
     WHERE c.id = r.campaign_id AND c.state IN ('sending', 'paused', 'complete') AND r.account_id = NEW.id AND r.state IN ('waiting', 'unreachable') AND r.settled_at IS NULL;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER policy_notice_account_moved AFTER UPDATE OF status ON "account" FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION policy_notice_account_moved();

-- Somebody who could not be reached has an address again.
CREATE FUNCTION policy_notice_contact_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE policy_notice_recipient r SET state = 'waiting', unreachable_at = NULL, choose_at = k.created_at
    FROM added k, policy_notice_campaign c
   WHERE k.kind = 'email' AND r.account_id = k.account_id AND c.id = r.campaign_id AND c.state IN ('sending', 'paused', 'complete')
     AND (r.state = 'unreachable' AND r.settled_at IS NULL OR r.state = 'waiting' AND r.choose_at IS NOT NULL);
  RETURN NULL;
END $$;
CREATE TRIGGER policy_notice_contact_added AFTER INSERT ON "account_contact" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION policy_notice_contact_added();

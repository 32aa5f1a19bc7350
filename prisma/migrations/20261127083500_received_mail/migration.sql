CREATE TYPE "mail_source" AS ENUM ('smtp', 'lmtp', 'imap');

CREATE TYPE "mail_role" AS ENUM ('abuse', 'appeals', 'support', 'security', 'postmaster', 'reply', 'bounce');

CREATE TYPE "mail_state" AS ENUM ('received', 'settled', 'unreadable');

CREATE TYPE "mail_kind" AS ENUM ('bounce', 'auto_reply', 'feedback_report', 'case_reply', 'appeal', 'human_report', 'unreadable');

ALTER TABLE "evidence_file" ADD COLUMN     "mail_id" UUID;

CREATE TABLE "received_mail" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "source" "mail_source" NOT NULL,
    "role" "mail_role" NOT NULL,
    "state" "mail_state" NOT NULL DEFAULT 'received',
    "recipients" TEXT[],
    "refers_to" TEXT,
    "envelope_sealed" TEXT,
    "sender_hash" TEXT,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "kind" "mail_kind",
    "feedback_type" TEXT,
    "acknowledged" BOOLEAN NOT NULL DEFAULT false,
    "outcome" TEXT,
    "report_id" UUID,
    "case_id" UUID,
    "appeal_id" UUID,
    "unmatched_appeal_id" UUID,
    "notice_id" UUID,
    "authentication" JSONB,
    "fault" TEXT,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "received_mail_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "imap_mailbox" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "uid_validity" BIGINT NOT NULL DEFAULT 0,
    "last_uid" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "polled_at" TIMESTAMPTZ(3),
    "fault" TEXT,

    CONSTRAINT "imap_mailbox_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "received_mail_by_newest" ON "received_mail"("received_at" DESC, "id" DESC);

CREATE INDEX "received_mail_by_platform" ON "received_mail"("platform_id", "received_at" DESC, "id" DESC);

CREATE INDEX "received_mail_by_kind" ON "received_mail"("kind", "received_at" DESC, "id" DESC);

CREATE INDEX "received_mail_sender_hash_received_at_idx" ON "received_mail"("sender_hash", "received_at" DESC);

CREATE INDEX "received_mail_report_id_idx" ON "received_mail"("report_id");

CREATE INDEX "received_mail_appeal_id_idx" ON "received_mail"("appeal_id");

CREATE UNIQUE INDEX "received_mail_platform_id_dedupe_key_key" ON "received_mail"("platform_id", "dedupe_key");

CREATE UNIQUE INDEX "imap_mailbox_key_key" ON "imap_mailbox"("key");

CREATE UNIQUE INDEX "evidence_file_mail_id_key" ON "evidence_file"("mail_id");

ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_mail_id_fkey" FOREIGN KEY ("mail_id") REFERENCES "received_mail"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "received_mail" ADD CONSTRAINT "received_mail_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The original of a mail belongs to nobody until a report or an appeal comes of it.
ALTER TABLE evidence_file
  DROP CONSTRAINT evidence_file_has_origin,
  ADD CONSTRAINT evidence_file_has_origin CHECK (num_nonnulls(report_id, appeal_id) = 1 OR (mail_id IS NOT NULL AND num_nonnulls(report_id, appeal_id) = 0));

ALTER TABLE received_mail
  ADD CONSTRAINT received_mail_sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$' AND size >= 0),
  ADD CONSTRAINT received_mail_has_recipient CHECK (cardinality(recipients) > 0),
  ADD CONSTRAINT received_mail_settled_is_known CHECK (
    CASE state WHEN 'received' THEN kind IS NULL AND settled_at IS NULL
               WHEN 'settled' THEN kind IS NOT NULL AND kind <> 'unreadable' AND settled_at IS NOT NULL
               ELSE kind = 'unreadable' AND settled_at IS NOT NULL AND fault IS NOT NULL END);

CREATE INDEX received_mail_waiting ON received_mail (received_at, id) WHERE state = 'received';

-- What came in stays as it came in, and is settled once; only whom it came from is forgotten in the end.
CREATE FUNCTION received_mail_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.platform_id, OLD.source, OLD.role, OLD.recipients, OLD.refers_to, OLD.sha256, OLD.size, OLD.received_at, OLD.dedupe_key)
       IS DISTINCT FROM (NEW.id, NEW.platform_id, NEW.source, NEW.role, NEW.recipients, NEW.refers_to, NEW.sha256, NEW.size, NEW.received_at, NEW.dedupe_key)
     OR (OLD.state <> 'received' AND (OLD.state, OLD.kind, OLD.settled_at) IS DISTINCT FROM (NEW.state, NEW.kind, NEW.settled_at))
     OR (OLD.envelope_sealed IS NULL AND NEW.envelope_sealed IS NOT NULL)
     OR (OLD.sender_hash IS DISTINCT FROM NEW.sender_hash AND NEW.sender_hash IS NOT NULL)
  THEN
    RAISE EXCEPTION 'received mail % stays as it came in and is settled once', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'received_mail_settled_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER received_mail_stays BEFORE UPDATE ON received_mail FOR EACH ROW EXECUTE FUNCTION received_mail_kept();
CREATE TRIGGER received_mail_not_deleted BEFORE DELETE ON received_mail FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE DELETE ON received_mail FROM console_app;

-- CreateEnum
CREATE TYPE "referral_state" AS ENUM ('draft', 'awaiting_approval', 'approved', 'closed', 'withdrawn');

-- CreateEnum
CREATE TYPE "packet_state" AS ENUM ('queued', 'building', 'ready', 'failed', 'deleted');

-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "custody_step" ADD VALUE 'exported';
ALTER TYPE "custody_step" ADD VALUE 'deleted';

-- AlterEnum
ALTER TYPE "notice_kind" ADD VALUE 'preservation_expiring';

-- AlterTable
ALTER TABLE "evidence_file" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "referral" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "state" "referral_state" NOT NULL DEFAULT 'draft',
    "version" INTEGER NOT NULL DEFAULT 1,
    "agency" TEXT NOT NULL,
    "agency_reference" TEXT NOT NULL DEFAULT '',
    "legal_basis" TEXT NOT NULL,
    "narrative" TEXT NOT NULL,
    "period_from" TIMESTAMPTZ(3) NOT NULL,
    "period_to" TIMESTAMPTZ(3) NOT NULL,
    "hidden_names_sealed" TEXT,
    "drafter_id" UUID NOT NULL,
    "editor_ids" UUID[] DEFAULT ARRAY[]::UUID[],
    "submitted_at" TIMESTAMPTZ(3),
    "submitted_by_id" UUID,
    "returned_reason" TEXT,
    "approver_id" UUID,
    "approved_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "end_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "referral_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "referral_item" (
    "id" UUID NOT NULL,
    "referral_id" UUID NOT NULL,
    "report_id" UUID,
    "evidence_file_id" UUID,
    "original" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,

    CONSTRAINT "referral_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "referral_packet" (
    "id" UUID NOT NULL,
    "referral_id" UUID NOT NULL,
    "referral_version" INTEGER NOT NULL,
    "state" "packet_state" NOT NULL DEFAULT 'queued',
    "snapshot_sha256" TEXT,
    "sha256" TEXT,
    "size" BIGINT,
    "signer" TEXT,
    "files_done" INTEGER NOT NULL DEFAULT 0,
    "files_total" INTEGER NOT NULL DEFAULT 0,
    "bytes_done" BIGINT NOT NULL DEFAULT 0,
    "bytes_total" BIGINT NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "built_at" TIMESTAMPTZ(3),

    CONSTRAINT "referral_packet_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "referral_export" (
    "id" UUID NOT NULL,
    "packet_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "staff_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "referral_export_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "legal_hold" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID,
    "authority" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "set_by_id" UUID NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "lift_requested_by_id" UUID,
    "lift_requested_at" TIMESTAMPTZ(3),
    "lift_reason" TEXT,
    "lifted_by_id" UUID,
    "lifted_at" TIMESTAMPTZ(3),

    CONSTRAINT "legal_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "preservation_request" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID,
    "agency" TEXT NOT NULL,
    "agency_reference" TEXT NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "renewals" SMALLINT NOT NULL DEFAULT 0,
    "renewed_at" TIMESTAMPTZ(3),
    "renewed_by_id" UUID,
    "renewal_reason" TEXT,
    "recorded_by_id" UUID NOT NULL,
    "warned_at" TIMESTAMPTZ(3),
    "expired_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "preservation_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "referral_reference_key" ON "referral"("reference");

-- CreateIndex
CREATE INDEX "referral_by_newest" ON "referral"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "referral_account_id_idx" ON "referral"("account_id");

-- CreateIndex
CREATE INDEX "referral_case_id_idx" ON "referral"("case_id");

-- CreateIndex
CREATE INDEX "referral_action_id_idx" ON "referral"("action_id");

-- CreateIndex
CREATE INDEX "referral_item_report_id_idx" ON "referral_item"("report_id");

-- CreateIndex
CREATE INDEX "referral_item_evidence_file_id_idx" ON "referral_item"("evidence_file_id");

-- CreateIndex
CREATE UNIQUE INDEX "referral_item_referral_id_report_id_key" ON "referral_item"("referral_id", "report_id");

-- CreateIndex
CREATE UNIQUE INDEX "referral_item_referral_id_evidence_file_id_key" ON "referral_item"("referral_id", "evidence_file_id");

-- CreateIndex
CREATE INDEX "referral_packet_snapshot_sha256_idx" ON "referral_packet"("snapshot_sha256");

-- CreateIndex
CREATE INDEX "referral_packet_sha256_idx" ON "referral_packet"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "referral_packet_referral_id_referral_version_key" ON "referral_packet"("referral_id", "referral_version");

-- CreateIndex
CREATE INDEX "referral_export_packet_id_at_idx" ON "referral_export"("packet_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "legal_hold_reference_key" ON "legal_hold"("reference");

-- CreateIndex
CREATE INDEX "legal_hold_account_id_idx" ON "legal_hold"("account_id");

-- CreateIndex
CREATE INDEX "legal_hold_case_id_idx" ON "legal_hold"("case_id");

-- CreateIndex
CREATE UNIQUE INDEX "preservation_request_reference_key" ON "preservation_request"("reference");

-- CreateIndex
CREATE INDEX "preservation_request_account_id_idx" ON "preservation_request"("account_id");

-- CreateIndex
CREATE INDEX "preservation_request_case_id_idx" ON "preservation_request"("case_id");

-- CreateIndex
CREATE INDEX "evidence_file_rendition_sha256_idx" ON "evidence_file"("rendition_sha256");

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral" ADD CONSTRAINT "referral_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_item" ADD CONSTRAINT "referral_item_referral_id_fkey" FOREIGN KEY ("referral_id") REFERENCES "referral"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_item" ADD CONSTRAINT "referral_item_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_item" ADD CONSTRAINT "referral_item_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "evidence_file"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_packet" ADD CONSTRAINT "referral_packet_referral_id_fkey" FOREIGN KEY ("referral_id") REFERENCES "referral"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "referral_export" ADD CONSTRAINT "referral_export_packet_id_fkey" FOREIGN KEY ("packet_id") REFERENCES "referral_packet"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "legal_hold" ADD CONSTRAINT "legal_hold_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "legal_hold" ADD CONSTRAINT "legal_hold_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preservation_request" ADD CONSTRAINT "preservation_request_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preservation_request" ADD CONSTRAINT "preservation_request_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "preservation_request" ADD CONSTRAINT "preservation_request_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- ---------------------------------------------------------------- referrals

CREATE UNIQUE INDEX referral_one_live_per_action ON referral (action_id) WHERE state IN ('draft', 'awaiting_approval', 'approved');

ALTER TABLE referral
  -- Four eyes (DOMAIN, rule 2): nobody approves what they drafted, wrote on or handed in.
  ADD CONSTRAINT referral_four_eyes CHECK (approver_id IS NULL
    OR (approver_id <> drafter_id AND NOT (approver_id = ANY (editor_ids)) AND approver_id IS DISTINCT FROM submitted_by_id)),
  ADD CONSTRAINT referral_drafter_is_editor CHECK (drafter_id = ANY (editor_ids)),
  ADD CONSTRAINT referral_submitted_whole CHECK (state NOT IN ('awaiting_approval', 'approved', 'closed') OR (submitted_at IS NOT NULL AND submitted_by_id IS NOT NULL)),
  ADD CONSTRAINT referral_approved_whole CHECK ((state IN ('approved', 'closed')) = (approver_id IS NOT NULL) AND (approver_id IS NULL) = (approved_at IS NULL)),
  ADD CONSTRAINT referral_ended_whole CHECK (
    (state IN ('closed', 'withdrawn')) = (ended_at IS NOT NULL)
    AND (ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (end_reason IS NULL)),
  ADD CONSTRAINT referral_period CHECK (period_from < period_to);

CREATE FUNCTION referral_of_referral_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM action WHERE id = NEW.action_id AND kind = 'law_enforcement_referral' AND account_id = NEW.account_id AND case_id = NEW.case_id
  ) THEN
    RAISE EXCEPTION 'referral % rests on no decided referral of its account and case', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_of_referral_action';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER referral_rests_on_action BEFORE INSERT OR UPDATE OF action_id, account_id, case_id ON referral
  FOR EACH ROW EXECUTE FUNCTION referral_of_referral_action();

-- What was handed in stays as it is until it comes back; what was approved stays for good.
CREATE FUNCTION referral_content_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND
     (OLD.version, OLD.agency, OLD.agency_reference, OLD.legal_basis, OLD.narrative, OLD.period_from, OLD.period_to, OLD.drafter_id, OLD.editor_ids, OLD.platform_id, OLD.account_id, OLD.case_id, OLD.action_id)
     IS DISTINCT FROM
     (NEW.version, NEW.agency, NEW.agency_reference, NEW.legal_basis, NEW.narrative, NEW.period_from, NEW.period_to, NEW.drafter_id, NEW.editor_ids, NEW.platform_id, NEW.account_id, NEW.case_id, NEW.action_id)
  THEN
    RAISE EXCEPTION 'referral % is no draft any more', OLD.reference USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_content_frozen';
  END IF;
  IF OLD.approver_id IS NOT NULL AND (NEW.approver_id, NEW.approved_at) IS DISTINCT FROM (OLD.approver_id, OLD.approved_at) THEN
    RAISE EXCEPTION 'referral % was approved already', OLD.reference USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_content_frozen';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER referral_frozen BEFORE UPDATE ON referral FOR EACH ROW EXECUTE FUNCTION referral_content_frozen();
CREATE TRIGGER referral_stays BEFORE DELETE ON referral FOR EACH ROW EXECUTE FUNCTION refuse_change();

ALTER TABLE referral_item
  ADD CONSTRAINT referral_item_one_thing CHECK (num_nonnulls(report_id, evidence_file_id) = 1),
  ADD CONSTRAINT referral_item_original_has_reason CHECK (NOT original OR (evidence_file_id IS NOT NULL AND length(btrim(coalesce(reason, ''))) > 0));

CREATE FUNCTION referral_items_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_referral uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.referral_id ELSE NEW.referral_id END;
BEGIN
  IF NOT EXISTS (SELECT FROM referral WHERE id = of_referral AND state = 'draft') THEN
    RAISE EXCEPTION 'the referral is no draft any more' USING ERRCODE = 'check_violation', CONSTRAINT = 'referral_content_frozen';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER referral_item_frozen BEFORE INSERT OR UPDATE OR DELETE ON referral_item
  FOR EACH ROW EXECUTE FUNCTION referral_items_frozen();

CREATE INDEX referral_packet_waiting ON referral_packet (created_at, id) WHERE state IN ('queued', 'building');
ALTER TABLE referral_packet
  ADD CONSTRAINT referral_packet_ready_whole CHECK (
    state <> 'ready' OR (snapshot_sha256 IS NOT NULL AND sha256 IS NOT NULL AND size IS NOT NULL AND signer IS NOT NULL AND built_at IS NOT NULL)),
  ADD CONSTRAINT referral_packet_failed_whole CHECK ((state = 'failed') = (failure IS NOT NULL)),
  ADD CONSTRAINT referral_packet_deleted_empty CHECK (state <> 'deleted' OR (snapshot_sha256 IS NULL AND sha256 IS NULL));

CREATE TRIGGER referral_export_append_only BEFORE UPDATE OR DELETE ON referral_export
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE referral_export ADD CONSTRAINT referral_export_has_reason CHECK (length(btrim(reason)) > 0);

-- ------------------------------------------------------- holds and preservation

CREATE INDEX legal_hold_standing ON legal_hold (account_id) WHERE lifted_at IS NULL;
ALTER TABLE legal_hold
  ADD CONSTRAINT legal_hold_lift_asked_whole CHECK (
    (lift_requested_by_id IS NULL) = (lift_requested_at IS NULL) AND (lift_requested_by_id IS NULL) = (lift_reason IS NULL)),
  ADD CONSTRAINT legal_hold_two_people_lift CHECK (
    (lifted_by_id IS NULL) = (lifted_at IS NULL)
    AND (lifted_by_id IS NULL OR (lift_requested_by_id IS NOT NULL AND lifted_by_id <> lift_requested_by_id)));

CREATE FUNCTION legal_hold_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.lifted_at IS NOT NULL OR
     (OLD.account_id, OLD.case_id, OLD.authority, OLD.reason, OLD.set_by_id, OLD.set_at) IS DISTINCT FROM
     (NEW.account_id, NEW.case_id, NEW.authority, NEW.reason, NEW.set_by_id, NEW.set_at)
  THEN
    RAISE EXCEPTION 'legal hold % stays as it was set', OLD.reference USING ERRCODE = 'check_violation', CONSTRAINT = 'legal_hold_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER legal_hold_changed BEFORE UPDATE ON legal_hold FOR EACH ROW EXECUTE FUNCTION legal_hold_kept();
CREATE TRIGGER legal_hold_stays BEFORE DELETE ON legal_hold FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE INDEX preservation_running ON preservation_request (expires_at, id) WHERE expired_at IS NULL;
CREATE INDEX preservation_standing ON preservation_request (account_id) WHERE expired_at IS NULL;
ALTER TABLE preservation_request
  ADD CONSTRAINT preservation_renewed_once CHECK (renewals IN (0, 1)),
  ADD CONSTRAINT preservation_renewal_whole CHECK (
    (renewals = 1) = (renewed_at IS NOT NULL)
    AND (renewed_at IS NULL) = (renewed_by_id IS NULL) AND (renewed_at IS NULL) = (renewal_reason IS NULL)),
  ADD CONSTRAINT preservation_lasts CHECK (expires_at > received_at);

-- The clock moves only by a renewal, and what has run out is not renewed.
CREATE FUNCTION preservation_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.renewals < OLD.renewals
     OR (NEW.expires_at <> OLD.expires_at AND NEW.renewals = OLD.renewals)
     OR (NEW.renewals > OLD.renewals AND OLD.expired_at IS NOT NULL)
     OR (OLD.expired_at IS NOT NULL AND NEW.expired_at IS NULL)
     OR (OLD.account_id, OLD.case_id, OLD.received_at) IS DISTINCT FROM (NEW.account_id, NEW.case_id, NEW.received_at)
  THEN
    RAISE EXCEPTION 'preservation request % is renewed once, while it runs', OLD.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'preservation_renewed_once';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER preservation_clock_kept BEFORE UPDATE ON preservation_request FOR EACH ROW EXECUTE FUNCTION preservation_clock();
CREATE TRIGGER preservation_stays BEFORE DELETE ON preservation_request FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ---------------------------------------------------------------- retention

-- What keeps a file from being deleted, whatever its age; null: nothing does. The sweep asks it, and the trigger below
-- holds every other writer to it.
CREATE FUNCTION evidence_kept_by(file_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
  WITH scope AS (
    SELECT f.id, coalesce(r.account_id, p.account_id) AS account_id, coalesce(r.case_id, x.case_id) AS case_id
      FROM evidence_file f
      LEFT JOIN report_message m ON m.id = f.report_message_id
      LEFT JOIN report r ON r.id = coalesce(f.report_id, m.report_id)
      LEFT JOIN appeal p ON p.id = f.appeal_id
      LEFT JOIN action x ON x.id = p.action_id
     WHERE f.id = file_id)
  SELECT CASE
    WHEN EXISTS (SELECT FROM legal_hold h WHERE h.lifted_at IS NULL AND h.account_id = s.account_id AND (h.case_id IS NULL OR h.case_id = s.case_id)) THEN 'legal_hold'
    WHEN EXISTS (SELECT FROM preservation_request q WHERE q.expired_at IS NULL AND q.account_id = s.account_id AND (q.case_id IS NULL OR q.case_id = s.case_id)) THEN 'preservation'
    WHEN EXISTS (
      SELECT FROM referral_item i JOIN referral l ON l.id = i.referral_id
       WHERE i.evidence_file_id = s.id AND l.state IN ('draft', 'awaiting_approval', 'approved')) THEN 'referral'
    WHEN EXISTS (SELECT FROM "case" c WHERE c.id = s.case_id AND c.state <> 'closed') THEN 'case'
    WHEN EXISTS (
      SELECT FROM appeal a JOIN action x ON x.id = a.action_id
       WHERE x.case_id = s.case_id AND a.state IN ('filed', 'under_review')) THEN 'appeal'
  END FROM scope s
$$;

CREATE FUNCTION evidence_deletion_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept_by text;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.deleted_at IS NOT NULL THEN
    RAISE EXCEPTION 'evidence file % was deleted', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_deleted_for_good';
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.deleted_at IS NULL THEN RETURN NEW; END IF;
  kept_by := evidence_kept_by(OLD.id);
  IF kept_by IS NOT NULL AND (TG_OP = 'UPDATE' OR kept_by IN ('legal_hold', 'preservation', 'referral')) THEN
    RAISE EXCEPTION 'evidence file % is kept by: %', OLD.id, kept_by USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_kept';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER evidence_deletion_guarded BEFORE UPDATE OR DELETE ON evidence_file
  FOR EACH ROW EXECUTE FUNCTION evidence_deletion_allowed();

CREATE INDEX evidence_file_kept ON evidence_file (uploaded_at, id) WHERE deleted_at IS NULL;

-- Append-only for the product's own role, too.
REVOKE UPDATE, DELETE ON referral_export FROM console_app;
REVOKE DELETE ON referral, legal_hold, preservation_request FROM console_app;

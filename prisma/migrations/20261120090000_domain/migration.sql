-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "account_status" AS ENUM ('active', 'restricted', 'suspended', 'terminated', 'closed');

-- CreateEnum
CREATE TYPE "contact_point_kind" AS ENUM ('email', 'phone');

-- CreateEnum
CREATE TYPE "policy_kind" AS ENUM ('acceptable_use', 'privacy');

-- CreateEnum
CREATE TYPE "policy_version_state" AS ENUM ('draft', 'in_review', 'scheduled', 'in_force', 'superseded');

-- CreateEnum
CREATE TYPE "severity" AS ENUM ('low', 'medium', 'high', 'critical');

-- CreateEnum
CREATE TYPE "link_purpose" AS ENUM ('report_status', 'account_standing', 'appeal_status');

-- CreateEnum
CREATE TYPE "reporter_kind" AS ENUM ('anonymous', 'email', 'business', 'trusted_flagger');

-- CreateEnum
CREATE TYPE "report_channel" AS ENUM ('form', 'email', 'api');

-- CreateEnum
CREATE TYPE "report_state" AS ENUM ('received', 'attached', 'dismissed', 'resolved');

-- CreateEnum
CREATE TYPE "report_outcome" AS ENUM ('action_taken', 'no_violation', 'insufficient_evidence', 'reversed');

-- CreateEnum
CREATE TYPE "message_direction" AS ENUM ('to_reporter', 'from_reporter');

-- CreateEnum
CREATE TYPE "rule_mode" AS ENUM ('off', 'shadow', 'signal', 'signal_and_interim');

-- CreateEnum
CREATE TYPE "case_state" AS ENUM ('open', 'investigating', 'waiting_for_information', 'decided', 'closed');

-- CreateEnum
CREATE TYPE "decision_outcome" AS ENUM ('violation', 'no_violation');

-- CreateEnum
CREATE TYPE "decision_state" AS ENUM ('awaiting_approval', 'in_effect', 'rejected', 'withdrawn', 'modified', 'reversed');

-- CreateEnum
CREATE TYPE "action_kind" AS ENUM ('warning', 'feature_restriction', 'suspension', 'termination', 'law_enforcement_referral');

-- CreateEnum
CREATE TYPE "action_state" AS ENUM ('proposed', 'awaiting_approval', 'active', 'expired', 'lifted', 'reversed', 'superseded', 'rejected');

-- CreateEnum
CREATE TYPE "approval_state" AS ENUM ('pending', 'approved', 'rejected', 'expired');

-- CreateEnum
CREATE TYPE "gate_verdict" AS ENUM ('allow', 'deny');

-- CreateEnum
CREATE TYPE "appeal_state" AS ENUM ('filed', 'under_review', 'upheld', 'modified', 'overturned', 'inadmissible', 'withdrawn');

-- CreateEnum
CREATE TYPE "appeal_channel" AS ENUM ('link', 'form', 'email');

-- CreateEnum
CREATE TYPE "notice_kind" AS ENUM ('report_receipt', 'report_outcome', 'information_request', 'statement_of_reasons', 'interim_measure', 'action_ended', 'appeal_receipt', 'appeal_ruling', 'decision_reversed', 'staff_invite', 'policy_change');

-- CreateEnum
CREATE TYPE "notice_state" AS ENUM ('queued', 'handed_over', 'delivered', 'bounced', 'failed');

-- CreateEnum
CREATE TYPE "campaign_state" AS ENUM ('draft', 'sending', 'paused', 'complete', 'stopped');

-- CreateTable
CREATE TABLE "platform" (
    "id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "legal_name" TEXT NOT NULL,
    "postal_address" TEXT NOT NULL,
    "abuse_email" TEXT NOT NULL,
    "appeals_email" TEXT NOT NULL,
    "support_email" TEXT NOT NULL,
    "security_email" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "calendar" TEXT NOT NULL DEFAULT 'us_federal',
    "default_language" TEXT NOT NULL DEFAULT 'en',
    "appeal_window_days" INTEGER NOT NULL DEFAULT 30,
    "appeal_sla_business_days" INTEGER NOT NULL DEFAULT 10,
    "policy_notice_lead_days" INTEGER NOT NULL DEFAULT 14,
    "interim_measure_days" INTEGER NOT NULL DEFAULT 7,
    "deletion_days" INTEGER NOT NULL DEFAULT 30,
    "access_request_days" INTEGER NOT NULL DEFAULT 30,
    "evidence_retention_days" INTEGER NOT NULL DEFAULT 61,
    "four_eyes_suspension_days" INTEGER NOT NULL DEFAULT 30,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "platform_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "business_holiday" (
    "platform_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "business_holiday_pkey" PRIMARY KEY ("platform_id","day")
);

-- CreateTable
CREATE TABLE "feature" (
    "platform_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "feature_pkey" PRIMARY KEY ("platform_id","code")
);

-- CreateTable
CREATE TABLE "account" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "business_name" TEXT NOT NULL,
    "plan_tier" TEXT,
    "status" "account_status" NOT NULL DEFAULT 'active',
    "language" TEXT NOT NULL DEFAULT 'en',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_contact" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "contact_point_kind" NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'owner',
    "sealed" TEXT NOT NULL,
    "lookup_hash" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "kind" "policy_kind" NOT NULL,
    "title" TEXT NOT NULL,

    CONSTRAINT "policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_version" (
    "id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "policy_version_state" NOT NULL,
    "material" BOOLEAN NOT NULL DEFAULT true,
    "summary" TEXT NOT NULL DEFAULT '',
    "effective_from" TIMESTAMPTZ(3),
    "effective_to" TIMESTAMPTZ(3),
    "last_updated_on" DATE,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "proposed_by_id" UUID,
    "published_by_id" UUID,

    CONSTRAINT "policy_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clause" (
    "id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "area" TEXT NOT NULL,

    CONSTRAINT "clause_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clause_version" (
    "id" UUID NOT NULL,
    "clause_id" UUID NOT NULL,
    "policy_version_id" UUID NOT NULL,
    "section" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "body" TEXT NOT NULL DEFAULT '',
    "report_label" JSONB,
    "severity" "severity" NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "clause_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ladder" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "severity" "severity" NOT NULL,
    "version" INTEGER NOT NULL,
    "rungs" JSONB NOT NULL,
    "strike_weight" INTEGER NOT NULL,
    "strike_expiry_days" INTEGER NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ladder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "password_hash" TEXT,
    "totp_sealed" TEXT,
    "totp_enrolled_at" TIMESTAMPTZ(3),
    "totp_last_step" BIGINT,
    "recovery_hashes" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "demo" BOOLEAN NOT NULL DEFAULT false,
    "invite_hash" TEXT,
    "invite_expires_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "staff_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "key_hash" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_link" (
    "id" UUID NOT NULL,
    "purpose" "link_purpose" NOT NULL,
    "report_id" UUID,
    "account_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "access_link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "scope" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("scope","key")
);

-- CreateTable
CREATE TABLE "reporter" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "kind" "reporter_kind" NOT NULL,
    "email_sealed" TEXT,
    "email_hash" TEXT,
    "name_sealed" TEXT,
    "language" TEXT NOT NULL DEFAULT 'en',
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reporter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "reporter_id" UUID,
    "account_id" UUID,
    "case_id" UUID,
    "clause_id" UUID,
    "channel" "report_channel" NOT NULL,
    "state" "report_state" NOT NULL DEFAULT 'received',
    "outcome" "report_outcome",
    "dismissal_reason" TEXT,
    "accused_name" TEXT,
    "accused_phone_sealed" TEXT,
    "accused_phone_hash" TEXT,
    "description" TEXT NOT NULL,
    "message_text" TEXT,
    "happened_at" TIMESTAMPTZ(3),
    "language" TEXT NOT NULL DEFAULT 'en',
    "content_hash" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_phone" (
    "id" UUID NOT NULL,
    "report_id" UUID NOT NULL,
    "sealed" TEXT NOT NULL,
    "lookup_hash" TEXT NOT NULL,

    CONSTRAINT "report_phone_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_message" (
    "id" UUID NOT NULL,
    "report_id" UUID NOT NULL,
    "direction" "message_direction" NOT NULL,
    "text" TEXT NOT NULL,
    "staff_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "report_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "evidence_file" (
    "id" UUID NOT NULL,
    "report_id" UUID,
    "report_message_id" UUID,
    "appeal_id" UUID,
    "sha256" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "media_type" TEXT NOT NULL,
    "file_name" TEXT NOT NULL,
    "rendition_sha256" TEXT,
    "rendition_type" TEXT,
    "uploaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "evidence_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "detection_rule" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "clause_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "mode" "rule_mode" NOT NULL,
    "parameters" JSONB NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "detection_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signal" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID,
    "clause_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,
    "observed" DECIMAL(18,6) NOT NULL,
    "threshold" DECIMAL(18,6) NOT NULL,
    "measures" JSONB NOT NULL,
    "event_ids" TEXT[],
    "dedupe_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "area" TEXT NOT NULL,
    "state" "case_state" NOT NULL DEFAULT 'open',
    "severity" "severity" NOT NULL,
    "priority" INTEGER NOT NULL,
    "report_count" INTEGER NOT NULL DEFAULT 0,
    "signal_count" INTEGER NOT NULL DEFAULT 0,
    "escalated" BOOLEAN NOT NULL DEFAULT false,
    "escalated_to_id" UUID,
    "lease_holder_id" UUID,
    "lease_expires_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "review_reason" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_note" (
    "id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "case_note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_event" (
    "id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" UUID,
    "actor_name" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "case_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "case_counter" (
    "platform_id" UUID NOT NULL,
    "state" "case_state" NOT NULL,
    "slot" SMALLINT NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "case_counter_pkey" PRIMARY KEY ("platform_id","state","slot")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "case_id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "outcome" "decision_outcome" NOT NULL,
    "state" "decision_state" NOT NULL,
    "decider_id" UUID NOT NULL,
    "approver_id" UUID,
    "case_version" INTEGER NOT NULL,
    "rationale" TEXT NOT NULL,
    "facts" TEXT NOT NULL DEFAULT '',
    "recommended_rung" INTEGER,
    "chosen_rung" INTEGER,
    "recommendation" JSONB,
    "deviation" TEXT,
    "reporter_message" TEXT,
    "no_tip_off" BOOLEAN NOT NULL DEFAULT false,
    "automated" BOOLEAN NOT NULL DEFAULT false,
    "idempotency_key" TEXT,
    "plan" JSONB,
    "review_reason" TEXT,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "effective_at" TIMESTAMPTZ(3),

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision_finding" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "clause_version_id" UUID NOT NULL,
    "conduct_at" TIMESTAMPTZ(3) NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "decision_finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision_evidence" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "report_id" UUID,
    "signal_id" UUID,
    "evidence_file_id" UUID,

    CONSTRAINT "decision_evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "action" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "decision_id" UUID,
    "case_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "action_kind" NOT NULL,
    "interim" BOOLEAN NOT NULL DEFAULT false,
    "features" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" "action_state" NOT NULL,
    "proposer_id" UUID NOT NULL,
    "approver_id" UUID,
    "reason" TEXT NOT NULL DEFAULT '',
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "no_tip_off" BOOLEAN NOT NULL DEFAULT false,
    "informed_at" TIMESTAMPTZ(3),
    "appeal_closes_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "end_reason" TEXT,
    "superseded_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "action_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "strike" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "clause_id" UUID NOT NULL,
    "weight" INTEGER NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "voided_at" TIMESTAMPTZ(3),
    "void_reason" TEXT,

    CONSTRAINT "strike_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision_counted_strike" (
    "decision_id" UUID NOT NULL,
    "strike_id" UUID NOT NULL,

    CONSTRAINT "decision_counted_strike_pkey" PRIMARY KEY ("decision_id","strike_id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "proposer_id" UUID NOT NULL,
    "state" "approval_state" NOT NULL DEFAULT 'pending',
    "reviewer_id" UUID,
    "reason" TEXT,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "gate_entry" (
    "account_id" UUID NOT NULL,
    "feature" TEXT NOT NULL,
    "verdict" "gate_verdict" NOT NULL,
    "reason_code" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3),
    "action_id" UUID,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gate_entry_pkey" PRIMARY KEY ("account_id","feature")
);

-- CreateTable
CREATE TABLE "statement_of_reasons" (
    "id" UUID NOT NULL,
    "decision_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "subject" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "statement_of_reasons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "appeal" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "state" "appeal_state" NOT NULL DEFAULT 'filed',
    "channel" "appeal_channel" NOT NULL,
    "late" BOOLEAN NOT NULL,
    "explanation" TEXT NOT NULL,
    "contact_sealed" TEXT,
    "filed_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "reviewer_id" UUID,
    "ruled_by_id" UUID,
    "ruled_at" TIMESTAMPTZ(3),
    "grounds" TEXT,
    "warned_at" TIMESTAMPTZ(3),
    "urged_at" TIMESTAMPTZ(3),
    "breached_at" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "idempotency_key" TEXT,

    CONSTRAINT "appeal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "appeal_statement" (
    "id" UUID NOT NULL,
    "appeal_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "appeal_statement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "unmatched_appeal" (
    "id" UUID NOT NULL,
    "platform_id" UUID,
    "email_sealed" TEXT NOT NULL,
    "email_hash" TEXT NOT NULL,
    "action_text" TEXT NOT NULL,
    "explanation" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "appeal_id" UUID,
    "dismissed_reason" TEXT,
    "settled_at" TIMESTAMPTZ(3),
    "settled_by_id" UUID,

    CONSTRAINT "unmatched_appeal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notice" (
    "id" UUID NOT NULL,
    "platform_id" UUID,
    "kind" "notice_kind" NOT NULL,
    "state" "notice_state" NOT NULL DEFAULT 'queued',
    "account_id" UUID,
    "report_id" UUID,
    "case_id" UUID,
    "decision_id" UUID,
    "action_id" UUID,
    "appeal_id" UUID,
    "address_sealed" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "language" TEXT NOT NULL DEFAULT 'en',
    "subject" TEXT NOT NULL,
    "text_sealed" TEXT NOT NULL,
    "html_sealed" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "smtp_reply" TEXT,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "handed_over_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_notice_campaign" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "policy_version_id" UUID NOT NULL,
    "state" "campaign_state" NOT NULL DEFAULT 'draft',
    "effective_day" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "last_notified_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_notice_campaign_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_notice_recipient" (
    "campaign_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "notice_id" UUID,
    "notified_at" TIMESTAMPTZ(3),
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_notice_recipient_pkey" PRIMARY KEY ("campaign_id","account_id")
);

-- CreateTable
CREATE TABLE "audit_entry" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "platform_id" UUID,
    "account_id" UUID,
    "case_id" UUID,
    "body" TEXT NOT NULL,

    CONSTRAINT "audit_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_link" (
    "seq" BIGINT NOT NULL,
    "entry_id" UUID NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_link_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outbox_message" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "available_at" TIMESTAMPTZ(3) NOT NULL,
    "relayed_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "test_clock" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "offset_millis" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "test_clock_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "platform_key_key" ON "platform"("key");

-- CreateIndex
CREATE INDEX "account_by_newest" ON "account"("platform_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "account_by_status" ON "account"("platform_id", "status", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "account_platform_id_external_id_key" ON "account"("platform_id", "external_id");

-- CreateIndex
CREATE INDEX "account_contact_kind_lookup_hash_idx" ON "account_contact"("kind", "lookup_hash");

-- CreateIndex
CREATE UNIQUE INDEX "account_contact_account_id_kind_lookup_hash_key" ON "account_contact"("account_id", "kind", "lookup_hash");

-- CreateIndex
CREATE UNIQUE INDEX "policy_code_key" ON "policy"("code");

-- CreateIndex
CREATE INDEX "policy_platform_id_idx" ON "policy"("platform_id");

-- CreateIndex
CREATE UNIQUE INDEX "policy_version_policy_id_number_key" ON "policy_version"("policy_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "clause_code_key" ON "clause"("code");

-- CreateIndex
CREATE INDEX "clause_policy_id_area_idx" ON "clause"("policy_id", "area");

-- CreateIndex
CREATE INDEX "clause_version_policy_version_id_position_idx" ON "clause_version"("policy_version_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "clause_version_clause_id_policy_version_id_key" ON "clause_version"("clause_id", "policy_version_id");

-- CreateIndex
CREATE INDEX "ladder_platform_id_severity_effective_from_idx" ON "ladder"("platform_id", "severity", "effective_from" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "ladder_platform_id_severity_version_key" ON "ladder"("platform_id", "severity", "version");

-- CreateIndex
CREATE UNIQUE INDEX "staff_email_key" ON "staff"("email");

-- CreateIndex
CREATE UNIQUE INDEX "staff_invite_hash_key" ON "staff"("invite_hash");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_hash_key" ON "session"("token_hash");

-- CreateIndex
CREATE INDEX "session_staff_id_created_at_idx" ON "session"("staff_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "session_expires_at_idx" ON "session"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_key_hash_key" ON "api_key"("key_hash");

-- CreateIndex
CREATE INDEX "api_key_platform_id_created_at_idx" ON "api_key"("platform_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "access_link_report_id_idx" ON "access_link"("report_id");

-- CreateIndex
CREATE INDEX "access_link_account_id_idx" ON "access_link"("account_id");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "reporter_platform_id_email_hash_key" ON "reporter"("platform_id", "email_hash");

-- CreateIndex
CREATE UNIQUE INDEX "report_reference_key" ON "report"("reference");

-- CreateIndex
CREATE INDEX "report_case_id_received_at_idx" ON "report"("case_id", "received_at");

-- CreateIndex
CREATE INDEX "report_account_id_received_at_idx" ON "report"("account_id", "received_at" DESC);

-- CreateIndex
CREATE INDEX "report_platform_id_content_hash_idx" ON "report"("platform_id", "content_hash");

-- CreateIndex
CREATE INDEX "report_reporter_id_received_at_idx" ON "report"("reporter_id", "received_at" DESC);

-- CreateIndex
CREATE INDEX "report_by_state" ON "report"("platform_id", "state", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "report_phone_report_id_idx" ON "report_phone"("report_id");

-- CreateIndex
CREATE INDEX "report_phone_lookup_hash_idx" ON "report_phone"("lookup_hash");

-- CreateIndex
CREATE INDEX "report_message_report_id_created_at_idx" ON "report_message"("report_id", "created_at");

-- CreateIndex
CREATE INDEX "evidence_file_report_id_idx" ON "evidence_file"("report_id");

-- CreateIndex
CREATE INDEX "evidence_file_appeal_id_idx" ON "evidence_file"("appeal_id");

-- CreateIndex
CREATE INDEX "evidence_file_sha256_idx" ON "evidence_file"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "detection_rule_platform_id_code_version_key" ON "detection_rule"("platform_id", "code", "version");

-- CreateIndex
CREATE UNIQUE INDEX "signal_dedupe_key_key" ON "signal"("dedupe_key");

-- CreateIndex
CREATE INDEX "signal_case_id_created_at_idx" ON "signal"("case_id", "created_at");

-- CreateIndex
CREATE INDEX "signal_account_id_created_at_idx" ON "signal"("account_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "signal_platform_id_created_at_id_idx" ON "signal"("platform_id", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "case_reference_key" ON "case"("reference");

-- CreateIndex
CREATE INDEX "case_account_id_opened_at_idx" ON "case"("account_id", "opened_at" DESC);

-- CreateIndex
CREATE INDEX "case_lease_holder_id_priority_idx" ON "case"("lease_holder_id", "priority" DESC);

-- CreateIndex
CREATE INDEX "case_note_case_id_created_at_idx" ON "case_note"("case_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "case_event_timeline" ON "case_event"("case_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "decision_reference_key" ON "decision"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "decision_idempotency_key_key" ON "decision"("idempotency_key");

-- CreateIndex
CREATE INDEX "decision_case_id_decided_at_idx" ON "decision"("case_id", "decided_at" DESC);

-- CreateIndex
CREATE INDEX "decision_account_id_decided_at_idx" ON "decision"("account_id", "decided_at" DESC);

-- CreateIndex
CREATE INDEX "decision_finding_clause_version_id_idx" ON "decision_finding"("clause_version_id");

-- CreateIndex
CREATE UNIQUE INDEX "decision_finding_decision_id_clause_version_id_key" ON "decision_finding"("decision_id", "clause_version_id");

-- CreateIndex
CREATE INDEX "decision_evidence_decision_id_idx" ON "decision_evidence"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "action_reference_key" ON "action"("reference");

-- CreateIndex
CREATE INDEX "action_account_id_created_at_idx" ON "action"("account_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "action_decision_id_idx" ON "action"("decision_id");

-- CreateIndex
CREATE INDEX "action_case_id_idx" ON "action"("case_id");

-- CreateIndex
CREATE INDEX "strike_account_id_issued_at_idx" ON "strike"("account_id", "issued_at" DESC);

-- CreateIndex
CREATE INDEX "strike_decision_id_idx" ON "strike"("decision_id");

-- CreateIndex
CREATE INDEX "decision_counted_strike_strike_id_idx" ON "decision_counted_strike"("strike_id");

-- CreateIndex
CREATE INDEX "approval_decision_id_idx" ON "approval"("decision_id");

-- CreateIndex
CREATE INDEX "gate_entry_action_id_idx" ON "gate_entry"("action_id");

-- CreateIndex
CREATE UNIQUE INDEX "statement_of_reasons_decision_id_key" ON "statement_of_reasons"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "appeal_reference_key" ON "appeal"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "appeal_idempotency_key_key" ON "appeal"("idempotency_key");

-- CreateIndex
CREATE INDEX "appeal_action_id_idx" ON "appeal"("action_id");

-- CreateIndex
CREATE INDEX "appeal_account_id_filed_at_idx" ON "appeal"("account_id", "filed_at" DESC);

-- CreateIndex
CREATE INDEX "appeal_statement_appeal_id_created_at_idx" ON "appeal_statement"("appeal_id", "created_at");

-- CreateIndex
CREATE INDEX "unmatched_appeal_received_at_idx" ON "unmatched_appeal"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "notice_message_id_key" ON "notice"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "notice_dedupe_key_key" ON "notice"("dedupe_key");

-- CreateIndex
CREATE INDEX "notice_by_newest" ON "notice"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notice_by_state" ON "notice"("state", "created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "notice_account_id_created_at_idx" ON "notice"("account_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "notice_report_id_idx" ON "notice"("report_id");

-- CreateIndex
CREATE INDEX "notice_decision_id_idx" ON "notice"("decision_id");

-- CreateIndex
CREATE INDEX "notice_appeal_id_idx" ON "notice"("appeal_id");

-- CreateIndex
CREATE INDEX "policy_notice_campaign_policy_version_id_idx" ON "policy_notice_campaign"("policy_version_id");

-- CreateIndex
CREATE INDEX "policy_notice_recipient_account_id_idx" ON "policy_notice_recipient"("account_id");

-- CreateIndex
CREATE INDEX "audit_entry_case_id_at_idx" ON "audit_entry"("case_id", "at" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_account_id_at_idx" ON "audit_entry"("account_id", "at" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_actor_id_at_idx" ON "audit_entry"("actor_id", "at" DESC);

-- CreateIndex
CREATE INDEX "audit_entry_type_at_idx" ON "audit_entry"("type", "at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "audit_link_entry_id_key" ON "audit_link"("entry_id");

-- AddForeignKey
ALTER TABLE "business_holiday" ADD CONSTRAINT "business_holiday_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "feature" ADD CONSTRAINT "feature_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_contact" ADD CONSTRAINT "account_contact_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy" ADD CONSTRAINT "policy_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_version" ADD CONSTRAINT "policy_version_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "policy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clause" ADD CONSTRAINT "clause_policy_id_fkey" FOREIGN KEY ("policy_id") REFERENCES "policy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clause_version" ADD CONSTRAINT "clause_version_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clause_version" ADD CONSTRAINT "clause_version_policy_version_id_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "policy_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ladder" ADD CONSTRAINT "ladder_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_reporter_id_fkey" FOREIGN KEY ("reporter_id") REFERENCES "reporter"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_phone" ADD CONSTRAINT "report_phone_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report_message" ADD CONSTRAINT "report_message_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "report"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_report_message_id_fkey" FOREIGN KEY ("report_message_id") REFERENCES "report_message"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evidence_file" ADD CONSTRAINT "evidence_file_appeal_id_fkey" FOREIGN KEY ("appeal_id") REFERENCES "appeal"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_rule" ADD CONSTRAINT "detection_rule_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "detection_rule" ADD CONSTRAINT "detection_rule_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signal" ADD CONSTRAINT "signal_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signal" ADD CONSTRAINT "signal_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signal" ADD CONSTRAINT "signal_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signal" ADD CONSTRAINT "signal_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case" ADD CONSTRAINT "case_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case" ADD CONSTRAINT "case_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_note" ADD CONSTRAINT "case_note_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "case_event" ADD CONSTRAINT "case_event_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_finding" ADD CONSTRAINT "decision_finding_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_finding" ADD CONSTRAINT "decision_finding_clause_version_id_fkey" FOREIGN KEY ("clause_version_id") REFERENCES "clause_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_evidence" ADD CONSTRAINT "decision_evidence_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_evidence" ADD CONSTRAINT "decision_evidence_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "evidence_file"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "action" ADD CONSTRAINT "action_superseded_by_id_fkey" FOREIGN KEY ("superseded_by_id") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strike" ADD CONSTRAINT "strike_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strike" ADD CONSTRAINT "strike_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "strike" ADD CONSTRAINT "strike_clause_id_fkey" FOREIGN KEY ("clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_counted_strike" ADD CONSTRAINT "decision_counted_strike_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision_counted_strike" ADD CONSTRAINT "decision_counted_strike_strike_id_fkey" FOREIGN KEY ("strike_id") REFERENCES "strike"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_entry" ADD CONSTRAINT "gate_entry_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "gate_entry" ADD CONSTRAINT "gate_entry_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_of_reasons" ADD CONSTRAINT "statement_of_reasons_decision_id_fkey" FOREIGN KEY ("decision_id") REFERENCES "decision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appeal" ADD CONSTRAINT "appeal_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appeal" ADD CONSTRAINT "appeal_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appeal" ADD CONSTRAINT "appeal_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "appeal_statement" ADD CONSTRAINT "appeal_statement_appeal_id_fkey" FOREIGN KEY ("appeal_id") REFERENCES "appeal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_campaign" ADD CONSTRAINT "policy_notice_campaign_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_campaign" ADD CONSTRAINT "policy_notice_campaign_policy_version_id_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "policy_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_recipient" ADD CONSTRAINT "policy_notice_recipient_campaign_id_fkey" FOREIGN KEY ("campaign_id") REFERENCES "policy_notice_campaign"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_notice_recipient" ADD CONSTRAINT "policy_notice_recipient_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

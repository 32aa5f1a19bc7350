-- CreateEnum
CREATE TYPE "bulk_state" AS ENUM ('preparing', 'ready', 'running', 'paused', 'cancelled', 'finished', 'undoing', 'undone');

-- CreateEnum
CREATE TYPE "bulk_item_state" AS ENUM ('chosen', 'planned', 'blocked', 'done', 'proposed', 'refused', 'failed', 'cancelled', 'undone', 'kept');

-- AlterTable
ALTER TABLE "platform" ADD COLUMN     "bulk_undo_minutes" INTEGER NOT NULL DEFAULT 30;

-- CreateTable
CREATE TABLE "bulk_operation" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "state" "bulk_state" NOT NULL DEFAULT 'preparing',
    "input" JSONB NOT NULL,
    "selection" JSONB NOT NULL,
    "source_id" UUID,
    "created_by_id" UUID NOT NULL,
    "undone_by_id" UUID,
    "undo_reason" TEXT,
    "idempotency_key" TEXT NOT NULL,
    "total" INTEGER NOT NULL,
    "undo_minutes" INTEGER NOT NULL,
    "problem" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "undone_at" TIMESTAMPTZ(3),
    "progress_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "bulk_operation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bulk_item" (
    "id" UUID NOT NULL,
    "bulk_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID,
    "decision_id" UUID,
    "seen" TEXT NOT NULL,
    "state" "bulk_item_state" NOT NULL DEFAULT 'chosen',
    "outcome" TEXT,
    "rung" SMALLINT,
    "needs_approval" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,
    "attempts" SMALLINT NOT NULL DEFAULT 0,
    "result" JSONB,
    "sample" JSONB,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_item_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "bulk_operation_reference_key" ON "bulk_operation"("reference");

-- CreateIndex
CREATE UNIQUE INDEX "bulk_operation_idempotency_key_key" ON "bulk_operation"("idempotency_key");

-- CreateIndex
CREATE INDEX "bulk_by_newest" ON "bulk_operation"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "bulk_operation_source_id_idx" ON "bulk_operation"("source_id");

-- CreateIndex
CREATE INDEX "bulk_item_bulk_id_state_position_idx" ON "bulk_item"("bulk_id", "state", "position");

-- CreateIndex
CREATE INDEX "bulk_item_case_id_idx" ON "bulk_item"("case_id");

-- CreateIndex
CREATE INDEX "bulk_item_decision_id_idx" ON "bulk_item"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "bulk_item_bulk_id_position_key" ON "bulk_item"("bulk_id", "position");

-- AddForeignKey
ALTER TABLE "bulk_item" ADD CONSTRAINT "bulk_item_bulk_id_fkey" FOREIGN KEY ("bulk_id") REFERENCES "bulk_operation"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE bulk_operation
  ADD CONSTRAINT bulk_total CHECK (total BETWEEN 1 AND 10000),
  ADD CONSTRAINT bulk_undo_minutes CHECK (undo_minutes BETWEEN 0 AND 1440),
  ADD CONSTRAINT bulk_started CHECK (state NOT IN ('running', 'paused', 'finished', 'undoing', 'undone') OR started_at IS NOT NULL);
ALTER TABLE platform
  ADD CONSTRAINT platform_bulk_undo_minutes CHECK (bulk_undo_minutes BETWEEN 0 AND 1440);

-- Bulk actions at work: what is looked for when one may have been left standing.
CREATE INDEX bulk_at_work ON bulk_operation (progress_at) WHERE state IN ('preparing', 'running', 'undoing');

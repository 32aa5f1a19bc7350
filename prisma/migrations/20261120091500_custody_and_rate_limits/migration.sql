-- CreateEnum
CREATE TYPE "custody_step" AS ENUM ('received', 'rendition_made', 'viewed', 'downloaded');

-- CreateTable
CREATE TABLE "evidence_custody" (
    "id" UUID NOT NULL,
    "evidence_file_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "step" "custody_step" NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT,
    "sha256" TEXT NOT NULL,

    CONSTRAINT "evidence_custody_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "evidence_custody_evidence_file_id_at_idx" ON "evidence_custody"("evidence_file_id", "at");

-- AddForeignKey
ALTER TABLE "evidence_custody" ADD CONSTRAINT "evidence_custody_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "evidence_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was done with evidence stays as it was written; it goes only together with its file.
CREATE TRIGGER evidence_custody_append_only BEFORE UPDATE ON evidence_custody
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- CreateTable: counters that a crash may forget, so they skip the write-ahead log
CREATE UNLOGGED TABLE "rate_limit" (
    "key" VARCHAR(255) NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "rate_limit_expire_idx" ON "rate_limit"("expire");

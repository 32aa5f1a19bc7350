-- CreateEnum
CREATE TYPE "evidence_work" AS ENUM ('scan', 'draw', 'render');

-- CreateTable
CREATE TABLE "evidence_try" (
    "evidence_file_id" UUID NOT NULL,
    "work" "evidence_work" NOT NULL,
    "tries" INTEGER NOT NULL,
    "next_at" TIMESTAMPTZ(3),

    CONSTRAINT "evidence_try_pkey" PRIMARY KEY ("evidence_file_id","work")
);

-- AddForeignKey
ALTER TABLE "evidence_try" ADD CONSTRAINT "evidence_try_evidence_file_id_fkey" FOREIGN KEY ("evidence_file_id") REFERENCES "evidence_file"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE evidence_try ADD CONSTRAINT evidence_try_counts CHECK (tries > 0);

-- AlterTable
ALTER TABLE "referral_item" ADD COLUMN     "redaction" JSONB,
ADD COLUMN     "rendition_sha256" TEXT,
ADD COLUMN     "rendition_size" INTEGER;

-- CreateIndex
CREATE INDEX "referral_item_rendition_sha256_idx" ON "referral_item"("rendition_sha256");

-- A picture goes along as what was made of it by the redaction that is on record, or as an original with a reason; never as both.
ALTER TABLE referral_item
  ADD CONSTRAINT referral_item_rendition_whole CHECK (num_nonnulls(redaction, rendition_sha256, rendition_size) IN (0, 3)),
  ADD CONSTRAINT referral_item_rendition_or_original CHECK (rendition_sha256 IS NULL OR (evidence_file_id IS NOT NULL AND NOT original));

-- AlterTable
ALTER TABLE "platform" ADD COLUMN     "transparency_exports" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "transparency_territory" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "statement_of_reasons" ADD COLUMN     "dsa" JSONB,
ADD COLUMN     "puid" TEXT;

-- CreateTable
CREATE TABLE "statement_publication" (
    "statement_id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "out_of_scope" TEXT,
    "public_facts" TEXT,
    "rewritten_by_id" UUID,
    "rewritten_at" TIMESTAMPTZ(3),
    "blockers" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "batch_id" UUID,
    "payload" JSONB,

    CONSTRAINT "statement_publication_pkey" PRIMARY KEY ("statement_id")
);

-- CreateTable
CREATE TABLE "statement_batch" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "created_by_kind" TEXT NOT NULL,
    "created_by_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "statement_batch_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "statement_publication_platform_id_statement_id_idx" ON "statement_publication"("platform_id", "statement_id" DESC);

-- CreateIndex
CREATE INDEX "statement_publication_batch_id_statement_id_idx" ON "statement_publication"("batch_id", "statement_id");

-- CreateIndex
CREATE UNIQUE INDEX "statement_batch_idempotency_key_key" ON "statement_batch"("idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "statement_batch_platform_id_number_key" ON "statement_batch"("platform_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "statement_of_reasons_puid_key" ON "statement_of_reasons"("puid");

-- AddForeignKey
ALTER TABLE "statement_publication" ADD CONSTRAINT "statement_publication_statement_id_fkey" FOREIGN KEY ("statement_id") REFERENCES "statement_of_reasons"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_publication" ADD CONSTRAINT "statement_publication_batch_id_fkey" FOREIGN KEY ("batch_id") REFERENCES "statement_batch"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_batch" ADD CONSTRAINT "statement_batch_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE platform
  ADD CONSTRAINT platform_transparency_territory CHECK (transparency_territory <@ ARRAY['AT','BE','BG','CY','CZ','DE','DK','EE','ES','FI','FR','GR','HR','HU','IE','IS','IT','LI','LT','LU','LV','MT','NL','NO','PL','PT','RO','SE','SI','SK']);

ALTER TABLE statement_of_reasons
  ADD CONSTRAINT statement_dsa_whole CHECK ((dsa IS NULL) = (puid IS NULL)),
  ADD CONSTRAINT statement_puid CHECK (puid ~ '^[a-zA-Z0-9_-]{1,500}$');

ALTER TABLE statement_publication
  ADD CONSTRAINT publication_scope CHECK (out_of_scope IN ('exports_off', 'no_restriction', 'no_tip_off')),
  ADD CONSTRAINT publication_rewritten CHECK (num_nonnulls(public_facts, rewritten_by_id, rewritten_at) IN (0, 3)),
  ADD CONSTRAINT publication_exported_whole CHECK ((batch_id IS NULL) = (payload IS NULL)),
  ADD CONSTRAINT publication_exported_clean CHECK (batch_id IS NULL OR (out_of_scope IS NULL AND blockers = '{}'));
ALTER TABLE statement_batch
  ADD CONSTRAINT batch_size CHECK (size BETWEEN 1 AND 100),
  ADD CONSTRAINT batch_number CHECK (number > 0);

-- What waits to be exported.
CREATE INDEX publication_waiting ON statement_publication (platform_id, statement_id) WHERE batch_id IS NULL AND out_of_scope IS NULL;

-- What was handed to the transparency database stays as it was handed over.
CREATE FUNCTION publication_exported_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.batch_id IS NOT NULL THEN
    RAISE EXCEPTION 'statement % was exported: its publication never changes', OLD.statement_id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'publication_exported_once';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER publication_exported_once BEFORE UPDATE OR DELETE ON statement_publication
  FOR EACH ROW EXECUTE FUNCTION publication_exported_once();
CREATE TRIGGER statement_batch_frozen BEFORE UPDATE OR DELETE ON statement_batch
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT, UPDATE, DELETE ON statement_publication, statement_batch TO console_app;

-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "template_fault" TEXT,
ADD COLUMN     "template_id" UUID;

-- AlterTable
ALTER TABLE "platform" ADD COLUMN     "templates_revision" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "notice_template" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "kind" "notice_kind" NOT NULL,
    "language" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "subject" TEXT,
    "body" TEXT,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "note" TEXT NOT NULL,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_template_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "notice_template_platform_id_kind_language_number_key" ON "notice_template"("platform_id", "kind", "language", "number");

-- AddForeignKey
ALTER TABLE "notice" ADD CONSTRAINT "notice_template_id_fkey" FOREIGN KEY ("template_id") REFERENCES "notice_template"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_template" ADD CONSTRAINT "notice_template_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notice_template" ADD CONSTRAINT "notice_template_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "staff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "notice_template"
  ADD CONSTRAINT "notice_template_language" CHECK ("language" IN ('en', 'es')),
  ADD CONSTRAINT "notice_template_number" CHECK ("number" >= 1),
  ADD CONSTRAINT "notice_template_whole" CHECK (("subject" IS NULL) = ("body" IS NULL)),
  ADD CONSTRAINT "notice_template_length" CHECK (length("subject") <= 500 AND length("body") <= 40000);
ALTER TABLE "notice" ADD CONSTRAINT "notice_template_or_fault" CHECK ("template_id" IS NULL OR "template_fault" IS NULL);

-- What was once in effect explains what was sent: versions are added, never changed or taken away.
REVOKE UPDATE, DELETE ON "notice_template" FROM console_app;

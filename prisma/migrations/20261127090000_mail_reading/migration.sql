-- What was read in a mail, without anybody's data, and by which a report that is taken back is found again.
ALTER TABLE "received_mail" ADD COLUMN     "original_hash" TEXT,
ADD COLUMN     "reading" JSONB;

CREATE INDEX "received_mail_platform_id_original_hash_idx" ON "received_mail"("platform_id", "original_hash");

-- Who complained of our own mail gets only what they must be told.
CREATE TABLE "mail_complaint" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "address_hash" TEXT NOT NULL,
    "notice_id" UUID NOT NULL,
    "complained_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_complaint_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "mail_complaint_platform_id_address_hash_key" ON "mail_complaint"("platform_id", "address_hash");

ALTER TABLE "mail_complaint" ADD CONSTRAINT "mail_complaint_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "mail_complaint" ADD CONSTRAINT "mail_complaint_notice_id_fkey" FOREIGN KEY ("notice_id") REFERENCES "notice"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

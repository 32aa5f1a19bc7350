-- CreateEnum
CREATE TYPE "identifier_kind" AS ENUM ('phone', 'payment', 'device', 'domain');

-- CreateTable
CREATE TABLE "account_identifier" (
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "identifier_kind" NOT NULL,
    "lookup_hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "first_told_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_identifier_pkey" PRIMARY KEY ("account_id","kind","lookup_hash")
);

-- CreateIndex
CREATE INDEX "account_identifier_platform_id_kind_lookup_hash_idx" ON "account_identifier"("platform_id", "kind", "lookup_hash");

-- AddForeignKey
ALTER TABLE "account_identifier" ADD CONSTRAINT "account_identifier_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Numbers told before identifiers were kept. The hash of a contact's number and of an identifier's are one.
INSERT INTO account_identifier (platform_id, account_id, kind, lookup_hash, hint, first_told_at)
SELECT a.platform_id, c.account_id, 'phone', c.lookup_hash, '', c.created_at
  FROM account_contact c JOIN account a ON a.id = c.account_id
 WHERE c.kind = 'phone';

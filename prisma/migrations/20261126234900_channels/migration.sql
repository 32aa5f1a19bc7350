-- What message providers tell us: their secrets, whose each of their senders is, and what they said that we know no use for.
CREATE TYPE "channel_provider" AS ENUM ('whatsapp', 'twilio');

CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "provider" "channel_provider" NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "verify_token_sealed" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "channel_sender" (
    "platform_id" UUID NOT NULL,
    "provider" "channel_provider" NOT NULL,
    "lookup_hash" TEXT NOT NULL,
    "account_id" UUID NOT NULL,
    "hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_sender_pkey" PRIMARY KEY ("platform_id","provider","lookup_hash")
);

CREATE TABLE "channel_notice" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "provider" "channel_provider" NOT NULL,
    "field" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "account_id" UUID,
    "body_sealed" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "channel_notice_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "channel_platform_id_provider_key" ON "channel"("platform_id", "provider");
CREATE INDEX "channel_sender_account_id_idx" ON "channel_sender"("account_id");
CREATE INDEX "channel_notice_received_at_idx" ON "channel_notice"("received_at");
CREATE UNIQUE INDEX "channel_notice_platform_id_provider_content_hash_key" ON "channel_notice"("platform_id", "provider", "content_hash");
ALTER TABLE "channel" ADD CONSTRAINT "channel_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "channel_sender" ADD CONSTRAINT "channel_sender_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "channel_notice" ADD CONSTRAINT "channel_notice_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

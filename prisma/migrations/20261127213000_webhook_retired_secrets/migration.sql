-- Each secret that was replaced signs on for its own 24 hours, also when the one that replaced it is replaced within them.
CREATE TABLE "webhook_retired_secret" (
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "secret_sealed" TEXT NOT NULL,
    "signs_until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_retired_secret_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "webhook_retired_secret_endpoint_id_signs_until_idx" ON "webhook_retired_secret"("endpoint_id", "signs_until" DESC);

ALTER TABLE "webhook_retired_secret" ADD CONSTRAINT "webhook_retired_secret_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint"("id") ON DELETE CASCADE ON UPDATE CASCADE;

INSERT INTO "webhook_retired_secret" ("id", "endpoint_id", "secret_sealed", "signs_until")
SELECT gen_random_uuid(), "id", "previous_secret_sealed", "previous_secret_until" FROM "webhook_endpoint" WHERE "previous_secret_sealed" IS NOT NULL;

ALTER TABLE "webhook_endpoint" DROP CONSTRAINT webhook_endpoint_previous_whole;
ALTER TABLE "webhook_endpoint" DROP COLUMN "previous_secret_sealed", DROP COLUMN "previous_secret_until";

-- The delivery log is read newest first, of all endpoints or of one, and mostly for what was not taken.
DROP INDEX "webhook_delivery_log";
CREATE INDEX "webhook_delivery_log" ON "webhook_delivery"("endpoint_id", "id" DESC);
CREATE INDEX webhook_delivery_not_taken ON webhook_delivery (id DESC) WHERE state IN ('pending', 'failed');

-- Notices keep a pace by mail domain as campaigns do, and a person can pause them.
ALTER TABLE "notice" ADD COLUMN "turn_at" TIMESTAMPTZ(3);

CREATE TABLE "notice_turn" (
    "domain" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "granted" INTEGER NOT NULL DEFAULT 0,
    "free_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notice_turn_pkey" PRIMARY KEY ("domain", "lane"),
    CONSTRAINT "notice_turn_lane" CHECK ("lane" IN ('first', 'after'))
);
CREATE INDEX "notice_turn_free_at_idx" ON "notice_turn" ("free_at");

CREATE TABLE "notice_pause" (
    "id" UUID NOT NULL,
    "platform_id" UUID,
    "paused_at" TIMESTAMPTZ(3) NOT NULL,
    "paused_by_id" UUID NOT NULL,
    "pause_reason" TEXT NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "end_reason" TEXT,

    CONSTRAINT "notice_pause_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "notice_pause_reason" CHECK ("pause_reason" <> ''),
    CONSTRAINT "notice_pause_end" CHECK (("ended_at" IS NULL) = ("ended_by_id" IS NULL) AND ("ended_at" IS NULL) = ("end_reason" IS NULL) AND "end_reason" <> '' AND "ended_at" >= "paused_at")
);
CREATE INDEX "notice_pause_paused_at_id_idx" ON "notice_pause" ("paused_at" DESC, "id" DESC);
ALTER TABLE "notice_pause" ADD CONSTRAINT "notice_pause_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "notice_pause" ADD CONSTRAINT "notice_pause_paused_by_id_fkey" FOREIGN KEY ("paused_by_id") REFERENCES "staff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "notice_pause" ADD CONSTRAINT "notice_pause_ended_by_id_fkey" FOREIGN KEY ("ended_by_id") REFERENCES "staff"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- One pause at a time of each platform, and one of all of them.
CREATE UNIQUE INDEX "notice_pause_open" ON "notice_pause" ((coalesce("platform_id", '00000000-0000-0000-0000-000000000000'::uuid))) WHERE "ended_at" IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON "notice_turn" TO console_app;
GRANT SELECT, INSERT, UPDATE ON "notice_pause" TO console_app;

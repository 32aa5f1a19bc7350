-- Channels are set in the console: switched on and off, their secrets replaced while the old one still counts for a day, and
-- what was last heard of them shown.
ALTER TABLE "channel"
  ADD COLUMN "enabled" BOOLEAN NOT NULL DEFAULT true,
  ADD COLUMN "previous_secret_sealed" TEXT,
  ADD COLUMN "previous_until" TIMESTAMPTZ(3),
  ADD COLUMN "last_received_at" TIMESTAMPTZ(3),
  ADD COLUMN "last_refused_at" TIMESTAMPTZ(3);
ALTER TABLE "channel" ADD CONSTRAINT "channel_previous_ends" CHECK (("previous_secret_sealed" IS NULL) = ("previous_until" IS NULL));

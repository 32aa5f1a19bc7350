ALTER TABLE "report" ADD COLUMN     "grouped_at" TIMESTAMPTZ(3),
ADD COLUMN     "wave_id" UUID,
ADD COLUMN     "wave_likeness" SMALLINT;

CREATE TABLE "report_wave" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "signature" INTEGER[],
    "size" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "report_wave_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "report_wave_band" (
    "band" BIGINT NOT NULL,
    "wave_id" UUID NOT NULL,

    CONSTRAINT "report_wave_band_pkey" PRIMARY KEY ("band","wave_id")
);

CREATE INDEX "report_wave_band_wave_id_idx" ON "report_wave_band"("wave_id");

CREATE INDEX "report_wave_id_received_at_id_idx" ON "report"("wave_id", "received_at" DESC, "id" DESC);

ALTER TABLE "report" ADD CONSTRAINT "report_wave_id_fkey" FOREIGN KEY ("wave_id") REFERENCES "report_wave"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "report_wave" ADD CONSTRAINT "report_wave_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "report_wave_band" ADD CONSTRAINT "report_wave_band_wave_id_fkey" FOREIGN KEY ("wave_id") REFERENCES "report_wave"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Reports whose message was not compared yet, also those of before.
CREATE INDEX report_to_group ON report (received_at, id) WHERE grouped_at IS NULL;

-- Waves that can still grow, by when they did last.
CREATE INDEX report_wave_running ON report_wave (last_at) WHERE ended_at IS NULL;

-- Those of more than one report, the newest first.
CREATE INDEX report_wave_seen ON report_wave (last_at DESC, id DESC) WHERE size > 1;

ALTER TABLE report_wave
  ADD CONSTRAINT report_wave_counts CHECK (size > 0 AND first_at <= last_at);

ALTER TABLE report
  ADD CONSTRAINT report_wave_is_told CHECK (wave_id IS NULL OR (grouped_at IS NOT NULL AND wave_likeness BETWEEN 0 AND 100));

GRANT SELECT, INSERT, UPDATE, DELETE ON report_wave, report_wave_band TO console_app;

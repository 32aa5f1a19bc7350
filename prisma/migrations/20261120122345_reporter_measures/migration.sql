-- CreateEnum
CREATE TYPE "reporter_measure_kind" AS ENUM ('warning', 'mute');

-- CreateEnum
CREATE TYPE "reporter_measure_state" AS ENUM ('active', 'expired', 'lifted');

-- CreateEnum
CREATE TYPE "objection_ruling" AS ENUM ('upheld', 'lifted');

-- AlterEnum
ALTER TYPE "link_purpose" ADD VALUE 'reporter_standing';

-- AlterEnum

ALTER TYPE "notice_kind" ADD VALUE 'reporting_measure';
ALTER TYPE "notice_kind" ADD VALUE 'reporting_ruling';

-- AlterTable
ALTER TABLE "access_link" ADD COLUMN     "reporter_id" UUID;

-- AlterTable
ALTER TABLE "notice" ADD COLUMN     "reporter_measure_id" UUID;

-- AlterTable
ALTER TABLE "report" ADD COLUMN     "set_aside_by_id" UUID;

-- CreateTable
CREATE TABLE "reporter_measure" (
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "platform_id" UUID NOT NULL,
    "reporter_id" UUID NOT NULL,
    "kind" "reporter_measure_kind" NOT NULL,
    "state" "reporter_measure_state" NOT NULL DEFAULT 'active',
    "warning_id" UUID,
    "unfounded" INTEGER NOT NULL,
    "judged" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "decider_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "informed_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "objection" TEXT,
    "objected_at" TIMESTAMPTZ(3),
    "objection_late" BOOLEAN NOT NULL DEFAULT false,
    "objection_due_at" TIMESTAMPTZ(3),
    "ruling" "objection_ruling",
    "grounds" TEXT,
    "ruled_by_id" UUID,
    "ruled_at" TIMESTAMPTZ(3),

    CONSTRAINT "reporter_measure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "reporter_measure_reference_key" ON "reporter_measure"("reference");

-- CreateIndex
CREATE INDEX "reporter_measure_reporter_id_starts_at_idx" ON "reporter_measure"("reporter_id", "starts_at" DESC);

-- CreateIndex
CREATE INDEX "reporter_measure_platform_id_starts_at_idx" ON "reporter_measure"("platform_id", "starts_at" DESC);

-- CreateIndex
CREATE INDEX "access_link_reporter_id_idx" ON "access_link"("reporter_id");

-- AddForeignKey
ALTER TABLE "reporter_measure" ADD CONSTRAINT "reporter_measure_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reporter_measure" ADD CONSTRAINT "reporter_measure_reporter_id_fkey" FOREIGN KEY ("reporter_id") REFERENCES "reporter"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reporter_measure" ADD CONSTRAINT "reporter_measure_warning_id_fkey" FOREIGN KEY ("warning_id") REFERENCES "reporter_measure"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "report" ADD CONSTRAINT "report_set_aside_by_id_fkey" FOREIGN KEY ("set_aside_by_id") REFERENCES "reporter_measure"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE access_link
  DROP CONSTRAINT access_link_one_subject,
  ADD CONSTRAINT access_link_one_subject CHECK (num_nonnulls(report_id, account_id, reporter_id) = 1);

-- A reporter is muted after a warning only, for a time that ends.
ALTER TABLE reporter_measure
  ADD CONSTRAINT reporter_measure_mute_after_warning CHECK ((kind = 'mute') = (warning_id IS NOT NULL)),
  ADD CONSTRAINT reporter_measure_mute_ends CHECK ((kind = 'mute') = (ends_at IS NOT NULL)),
  ADD CONSTRAINT reporter_measure_mute_length CHECK (ends_at > starts_at AND ends_at <= starts_at + interval '181 days'),
  ADD CONSTRAINT reporter_measure_figures CHECK (unfounded > 0 AND judged >= unfounded),
  ADD CONSTRAINT reporter_measure_end CHECK ((state = 'active') = (ended_at IS NULL)),
  ADD CONSTRAINT reporter_measure_objection CHECK (num_nonnulls(objection, objected_at, objection_due_at) IN (0, 3)),
  ADD CONSTRAINT reporter_measure_ruling CHECK (num_nonnulls(ruling, grounds, ruled_by_id, ruled_at) IN (0, 4) AND (ruling IS NULL OR objection IS NOT NULL)),
  -- Independence: nobody rules on an objection to a measure of their own.
  ADD CONSTRAINT reporter_measure_independence CHECK (ruled_by_id IS DISTINCT FROM decider_id OR ruled_by_id IS NULL);

CREATE UNIQUE INDEX reporter_measure_one_mute ON reporter_measure (reporter_id) WHERE kind = 'mute' AND state = 'active';
CREATE INDEX reporter_measure_ends ON reporter_measure (ends_at) WHERE kind = 'mute' AND state = 'active';
CREATE INDEX report_set_aside ON report (set_aside_by_id) WHERE set_aside_by_id IS NOT NULL;

CREATE FUNCTION reporter_measure_own_warning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind = 'mute' AND NOT EXISTS (
    SELECT 1 FROM reporter_measure w
     WHERE w.id = NEW.warning_id AND w.reporter_id = NEW.reporter_id AND w.kind = 'warning' AND w.state = 'active' AND w.informed_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'a mute rests on a warning that reached the same reporter and stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'reporter_measure_own_warning';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reporter_measure_own_warning BEFORE INSERT ON reporter_measure FOR EACH ROW EXECUTE FUNCTION reporter_measure_own_warning();

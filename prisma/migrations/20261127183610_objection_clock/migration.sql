-- The clock of a reporter's objection warns and escalates as that of an appeal does; a breach stays on record.
ALTER TABLE "reporter_measure" ADD COLUMN "objection_warned_at" TIMESTAMPTZ(3),
ADD COLUMN "objection_urged_at" TIMESTAMPTZ(3),
ADD COLUMN "objection_breached_at" TIMESTAMPTZ(3);

CREATE INDEX reporter_measure_objections_open ON reporter_measure (objection_due_at, id) WHERE objection_due_at IS NOT NULL AND ruling IS NULL AND objection_breached_at IS NULL;

-- When an outcome that a reporter was told was changed or taken back; until now only the audit log knew.
ALTER TABLE "report" ADD COLUMN "revised_at" TIMESTAMPTZ(3);

UPDATE "report" SET "revised_at" = coalesce(
  (SELECT max(a."at") FROM "audit_entry" a WHERE a."type" = 'report.outcome_reversed' AND a."case_id" = "report"."case_id"),
  "resolved_at",
  "received_at"
) WHERE "outcome" = 'reversed';

ALTER TABLE "report" ADD CONSTRAINT "report_reversed_at_a_time" CHECK ("outcome" <> 'reversed' OR "revised_at" IS NOT NULL);

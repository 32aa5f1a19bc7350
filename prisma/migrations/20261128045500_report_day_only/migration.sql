-- A report that names a day and no time is kept as the day's noon, which nobody told.
ALTER TABLE "report" ADD COLUMN     "happened_day_only" BOOLEAN NOT NULL DEFAULT false;
UPDATE report r SET happened_day_only = true
  FROM platform p
 WHERE p.id = r.platform_id AND r.happened_at IS NOT NULL AND (r.happened_at AT TIME ZONE p.zone)::time = '12:00';

-- What the accounts of a platform counted in a UTC day: what opt-outs of one of them are compared with. A row is written once,
-- when nothing can come any more that happened in its day, and never changed: whoever judges reads the same.
CREATE TABLE stream.cohort_day (
  platform_id uuid        NOT NULL REFERENCES platform(id) ON DELETE CASCADE,
  day         date        NOT NULL,
  delivered   bigint      NOT NULL CHECK (delivered >= 0),
  opt_outs    bigint      NOT NULL CHECK (opt_outs >= 0),
  counted_at  timestamptz NOT NULL,
  PRIMARY KEY (platform_id, day)
);
CREATE INDEX cohort_day_day ON stream.cohort_day (day);
GRANT SELECT, INSERT, DELETE ON stream.cohort_day TO console_app;

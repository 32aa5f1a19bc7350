-- How many events the doors refused, by UTC day and reason: whoever sent them was told, but nobody here was.
CREATE TABLE stream.refused_day (
  platform_id uuid   NOT NULL REFERENCES platform(id) ON DELETE CASCADE,
  day         date   NOT NULL,
  reason      text   NOT NULL,
  events      bigint NOT NULL,
  PRIMARY KEY (platform_id, day, reason)
) WITH (fillfactor = 70);

GRANT SELECT, INSERT, UPDATE, DELETE ON stream.refused_day TO console_app;

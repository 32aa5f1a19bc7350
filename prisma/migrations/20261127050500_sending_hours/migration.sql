-- What accounts send, counted by the hour, and how late events come: so that a page reads some hundred rows of an account that
-- sends a million messages a day. A follower of the event store of its own, beside the one that judges.

-- Up to which transaction each shard is counted, and up to when: the counts below are written with it, so every event counts once.
CREATE TABLE stream.count_shard (
  shard      smallint    PRIMARY KEY,
  counted    xid8        NOT NULL DEFAULT '0',
  counted_at timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO stream.count_shard (shard) SELECT generate_series(0, 63);

-- Hours are those of the platform's clock, named by the instant at which they begin. Rows are changed in place while their hour lasts.
CREATE TABLE stream.sending_hour (
  account_id          uuid        NOT NULL REFERENCES account(id) ON DELETE CASCADE,
  hour                timestamptz NOT NULL,
  sent                integer     NOT NULL,
  marketing           integer     NOT NULL,
  automated           integer     NOT NULL,
  templates           integer     NOT NULL,
  delivered           integer     NOT NULL,
  marketing_delivered integer     NOT NULL,
  failed              integer     NOT NULL,
  opt_outs            integer     NOT NULL,
  quiet               integer     NOT NULL,
  PRIMARY KEY (account_id, hour)
) WITH (fillfactor = 70);
CREATE INDEX sending_hour_hour ON stream.sending_hour (hour);

-- By UTC day of arrival; `bucket` numbers the steps of app/modules/signals/lateness.ts. The shard stands in the key so that no two
-- who count wait for each other.
CREATE TABLE stream.arrival_day (
  platform_id uuid     NOT NULL REFERENCES platform(id) ON DELETE CASCADE,
  day         date     NOT NULL,
  shard       smallint NOT NULL,
  bucket      smallint NOT NULL,
  events      bigint   NOT NULL,
  PRIMARY KEY (platform_id, day, shard, bucket)
) WITH (fillfactor = 70);

GRANT SELECT, UPDATE ON stream.count_shard TO console_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON stream.sending_hour, stream.arrival_day TO console_app;

-- Two read the store now, and each has a place of its own. Of the numbers events get, 0 lies behind both, 1 before the one that
-- was less far, and 2 before both.
CREATE OR REPLACE FUNCTION stream.after_restore() RETURNS void LANGUAGE plpgsql SET search_path = stream, pg_temp AS $$
DECLARE
  ours xid8 := pg_snapshot_xmax(pg_current_snapshot());
  theirs timestamptz;
BEGIN
  PERFORM 1 FROM tail_shard ORDER BY shard FOR UPDATE;
  PERFORM 1 FROM count_shard ORDER BY shard FOR UPDATE;
  IF NOT EXISTS (SELECT FROM tail_shard WHERE place >= ours UNION ALL SELECT FROM count_shard WHERE counted >= ours) THEN
    RAISE EXCEPTION 'readers are not ahead of this database: it was not restored, or this was run already';
  END IF;
  LOCK TABLE message_event IN SHARE MODE;
  theirs := (SELECT max(received_at) FROM message_event WHERE xid >= ours);
  UPDATE message_event e
     SET xid = CASE WHEN e.received_at > theirs OR e.xid > greatest(s.place, c.counted) THEN '2' WHEN e.xid > least(s.place, c.counted) THEN '1' ELSE '0' END::xid8
    FROM tail_shard s JOIN count_shard c USING (shard) WHERE s.shard = e.shard;
  WITH was AS MATERIALIZED (SELECT shard, place > counted AS judged_more, counted > place AS counted_more FROM tail_shard JOIN count_shard USING (shard)),
  tails AS (
    UPDATE tail_shard s SET place = (was.judged_more::int)::text::xid8, judged = (was.judged_more::int)::text::xid8, holder = NULL, token = token + 1
      FROM was WHERE was.shard = s.shard)
  UPDATE count_shard c SET counted = (was.counted_more::int)::text::xid8, counted_at = '-infinity' FROM was WHERE was.shard = c.shard;
END $$;

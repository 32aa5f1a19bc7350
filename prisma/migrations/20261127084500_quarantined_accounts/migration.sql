-- An account whose events cannot be judged or written, however often, is set aside, so that the others of its shard go on.

-- Failures that may be an account's, since memory was last saved: whoever takes up the shard next goes on counting.
ALTER TABLE stream.tail_shard ADD COLUMN failures integer NOT NULL DEFAULT 0, ADD COLUMN failed_at timestamptz, ADD COLUMN failed_with text;

-- `place` is where the account's saved memory stands: what the store has of it behind that is not judged, until the shard's holder
-- has caught up with it after its release. The row goes with the transaction that saves the account's memory again.
CREATE TABLE stream.quarantined_account (
  account_id  uuid        PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  platform_id uuid        NOT NULL REFERENCES platform(id) ON DELETE CASCADE,
  shard       smallint    NOT NULL,
  place       xid8        NOT NULL,
  watermark   bigint,
  since       timestamptz NOT NULL,
  reason      text        NOT NULL CHECK (length(reason) BETWEEN 1 AND 200),
  times       integer     NOT NULL DEFAULT 1,
  released_at timestamptz,
  released_by uuid
);
CREATE INDEX quarantined_account_shard ON stream.quarantined_account (shard);

GRANT SELECT, INSERT, UPDATE, DELETE ON stream.quarantined_account TO console_app;

-- Each account that is set aside has a place of its own, beside those of the two readers. A place's new number is how many other places
-- lay before it, an event's how many places lay before it; so each event lies before or behind the same places as it did.
CREATE OR REPLACE FUNCTION stream.after_restore() RETURNS void LANGUAGE plpgsql SET search_path = stream, pg_temp AS $$
DECLARE
  ours xid8 := pg_snapshot_xmax(pg_current_snapshot());
  theirs timestamptz;
BEGIN
  PERFORM 1 FROM tail_shard ORDER BY shard FOR UPDATE;
  PERFORM 1 FROM count_shard ORDER BY shard FOR UPDATE;
  PERFORM 1 FROM quarantined_account ORDER BY account_id FOR UPDATE;
  IF NOT EXISTS (SELECT FROM tail_shard WHERE place >= ours UNION ALL SELECT FROM count_shard WHERE counted >= ours) THEN
    RAISE EXCEPTION 'readers are not ahead of this database: it was not restored, or this was run already';
  END IF;
  LOCK TABLE message_event IN SHARE MODE;
  theirs := (SELECT max(received_at) FROM message_event WHERE xid >= ours);
  CREATE TEMPORARY TABLE old_place ON COMMIT DROP AS
    SELECT shard, p, row_number() OVER (PARTITION BY shard ORDER BY p) - 1 AS before
      FROM (SELECT shard, place AS p FROM tail_shard UNION SELECT shard, counted FROM count_shard UNION SELECT shard, place FROM quarantined_account) every;
  UPDATE message_event e
     SET xid = (SELECT count(*) FROM old_place o WHERE o.shard = e.shard AND (e.received_at > theirs OR o.p < e.xid))::text::xid8;
  UPDATE tail_shard s SET place = o.before::text::xid8, judged = o.before::text::xid8, holder = NULL, token = token + 1 FROM old_place o WHERE o.shard = s.shard AND o.p = s.place;
  UPDATE count_shard c SET counted = o.before::text::xid8, counted_at = '-infinity' FROM old_place o WHERE o.shard = c.shard AND o.p = c.counted;
  UPDATE quarantined_account q SET place = o.before::text::xid8 FROM old_place o WHERE o.shard = q.shard AND o.p = q.place;
END $$;

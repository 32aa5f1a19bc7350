-- A dump keeps the numbers of transactions, and the database it is restored in counts its own from the beginning: what readers
-- had read lies ahead of everything that comes, and would for years. To be run by the owner once after a dump was restored.
-- Events that were read before get number 0; those that were not, and those that came since, 1: both lie behind whatever comes now.
CREATE FUNCTION stream.after_restore() RETURNS void LANGUAGE plpgsql SET search_path = stream, pg_temp AS $$
DECLARE
  ours xid8 := pg_snapshot_xmax(pg_current_snapshot());
  theirs timestamptz;
BEGIN
  PERFORM 1 FROM tail_shard ORDER BY shard FOR UPDATE;
  IF NOT EXISTS (SELECT FROM tail_shard WHERE place >= ours) THEN
    RAISE EXCEPTION 'readers are not ahead of this database: it was not restored, or this was run already';
  END IF;
  LOCK TABLE message_event IN SHARE MODE;
  theirs := (SELECT max(received_at) FROM message_event WHERE xid >= ours);
  UPDATE message_event e SET xid = CASE WHEN e.xid > s.place OR e.received_at > theirs THEN '1' ELSE '0' END::xid8 FROM tail_shard s WHERE s.shard = e.shard;
  UPDATE tail_shard SET place = '0', judged = '0', holder = NULL, token = token + 1;
END $$;
REVOKE EXECUTE ON FUNCTION stream.after_restore FROM PUBLIC;

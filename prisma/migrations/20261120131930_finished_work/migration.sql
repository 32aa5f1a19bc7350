ALTER TABLE outbox_message ADD COLUMN finished_at TIMESTAMPTZ(3);

-- What was relayed before this was kept counts as finished: nobody can tell any more.
UPDATE outbox_message SET finished_at = relayed_at WHERE relayed_at IS NOT NULL;

CREATE INDEX outbox_unfinished ON outbox_message (relayed_at, id) WHERE relayed_at IS NOT NULL AND finished_at IS NULL;

-- An appeal that nobody has matched yet runs out of time as any other: the worker works out its due day and marks each step once.
ALTER TABLE unmatched_appeal
  ADD COLUMN due_at timestamptz(3),
  ADD COLUMN warned_at timestamptz(3),
  ADD COLUMN urged_at timestamptz(3),
  ADD COLUMN breached_at timestamptz(3);
CREATE INDEX unmatched_appeal_running ON unmatched_appeal (due_at, id) WHERE settled_at IS NULL AND breached_at IS NULL;
CREATE INDEX unmatched_appeal_late ON unmatched_appeal (breached_at) WHERE breached_at IS NOT NULL;

CREATE FUNCTION unmatched_breach_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.breached_at IS NOT NULL AND NEW.breached_at IS DISTINCT FROM OLD.breached_at THEN
    RAISE EXCEPTION 'the breach of unmatched appeal % stays', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'unmatched_breach_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER unmatched_breach_stays BEFORE UPDATE OF breached_at ON unmatched_appeal FOR EACH ROW EXECUTE FUNCTION unmatched_breach_stays();

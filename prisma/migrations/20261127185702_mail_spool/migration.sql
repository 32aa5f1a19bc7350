ALTER TABLE "received_mail" ADD COLUMN     "spooled" BYTEA;

-- Sealed bytes do not become shorter: no time is spent trying.
ALTER TABLE received_mail ALTER COLUMN spooled SET STORAGE EXTERNAL;

CREATE INDEX received_mail_spooled ON received_mail (sha256) WHERE spooled IS NOT NULL;

-- What came in stays as it came in, and is settled once; only whom it came from is forgotten in the end, and the bytes leave the row once.
CREATE OR REPLACE FUNCTION received_mail_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.id, OLD.platform_id, OLD.source, OLD.role, OLD.recipients, OLD.refers_to, OLD.sha256, OLD.size, OLD.received_at, OLD.dedupe_key)
       IS DISTINCT FROM (NEW.id, NEW.platform_id, NEW.source, NEW.role, NEW.recipients, NEW.refers_to, NEW.sha256, NEW.size, NEW.received_at, NEW.dedupe_key)
     OR (OLD.state <> 'received' AND (OLD.state, OLD.kind, OLD.settled_at) IS DISTINCT FROM (NEW.state, NEW.kind, NEW.settled_at))
     OR (OLD.envelope_sealed IS NULL AND NEW.envelope_sealed IS NOT NULL)
     OR (OLD.sender_hash IS DISTINCT FROM NEW.sender_hash AND NEW.sender_hash IS NOT NULL)
     OR (NEW.spooled IS NOT NULL AND OLD.spooled IS DISTINCT FROM NEW.spooled)
  THEN
    RAISE EXCEPTION 'received mail % stays as it came in and is settled once', OLD.id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'received_mail_settled_once';
  END IF;
  RETURN NEW;
END $$;

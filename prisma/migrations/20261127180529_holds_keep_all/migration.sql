-- A legal hold and a preservation request keep everything of their account, also what its platform takes back or what is
-- otherwise kept for some weeks only: addresses and numbers it is reached by no more, and its message events.
CREATE FUNCTION account_is_held(account uuid) RETURNS boolean LANGUAGE sql STABLE
  RETURN EXISTS (SELECT FROM legal_hold h WHERE h.account_id = account AND h.lifted_at IS NULL)
      OR EXISTS (SELECT FROM preservation_request q WHERE q.account_id = account AND q.expired_at IS NULL);

CREATE TABLE "held_contact" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "kind" "contact_point_kind" NOT NULL,
    "role" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "gone_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "held_contact_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "held_contact_account_id_idx" ON "held_contact"("account_id");
ALTER TABLE "held_contact" ADD CONSTRAINT "held_contact_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION keep_held_contact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF account_is_held(OLD.account_id) THEN
    INSERT INTO held_contact (id, account_id, kind, role, sealed, created_at, gone_at)
    VALUES (OLD.id, OLD.account_id, OLD.kind, OLD.role, OLD.sealed, OLD.created_at, now());
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER account_contact_held AFTER DELETE ON account_contact FOR EACH ROW EXECUTE FUNCTION keep_held_contact();

-- Columns that message_event gets have to come here, too, in the same order.
CREATE TABLE stream.held_event (LIKE stream.message_event INCLUDING DEFAULTS);
CREATE INDEX held_event_account ON stream.held_event (account_id, occurred_at);
GRANT SELECT ON stream.held_event TO console_app;

-- Before a day goes, what is held is set aside. The holds are locked so that one that is just being set counts, and both
-- come about or neither does.
CREATE OR REPLACE FUNCTION stream.drop_before(parent text, bound text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  leaf    text;
  held    uuid[];
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('stream partitions'));
  FOR leaf IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('stream.' || quote_ident(parent)) AND c.relname COLLATE "C" < bound ORDER BY 1
  LOOP
    IF parent = 'message_event' THEN
      held := coalesce(held, stream.held_accounts());
      IF cardinality(held) > 0 THEN
        EXECUTE format('INSERT INTO stream.held_event SELECT * FROM stream.%I WHERE account_id = ANY ($1)', leaf) USING held;
      END IF;
    END IF;
    EXECUTE format('DROP TABLE stream.%I', leaf);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$;

CREATE FUNCTION stream.held_accounts() RETURNS uuid[] LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  LOCK TABLE public.legal_hold, public.preservation_request IN SHARE MODE;
  RETURN ARRAY(SELECT account_id FROM public.legal_hold WHERE lifted_at IS NULL UNION SELECT account_id FROM public.preservation_request WHERE expired_at IS NULL);
END $$;

CREATE OR REPLACE FUNCTION stream.forget(platform uuid, until date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since date := (SELECT before FROM stream.forgotten WHERE platform_id = platform);
  held  uuid[];
  gone  bigint;
BEGIN
  IF since >= until THEN RETURN 0; END IF;
  held := stream.held_accounts();
  INSERT INTO stream.held_event SELECT * FROM stream.message_event
   WHERE platform_id = platform AND account_id = ANY (held)
     AND occurred_at < until::timestamp AT TIME ZONE 'UTC' AND occurred_at >= coalesce(since::timestamp AT TIME ZONE 'UTC', '-infinity');
  DELETE FROM stream.message_event
   WHERE platform_id = platform AND occurred_at < until::timestamp AT TIME ZONE 'UTC' AND occurred_at >= coalesce(since::timestamp AT TIME ZONE 'UTC', '-infinity');
  GET DIAGNOSTICS gone = ROW_COUNT;
  INSERT INTO stream.forgotten (platform_id, before) VALUES (platform, until)
    ON CONFLICT (platform_id) DO UPDATE SET before = greatest(forgotten.before, excluded.before);
  RETURN gone;
END $$;

-- What nothing holds any more goes as everything else did.
CREATE FUNCTION stream.forget_released() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM stream.held_event) THEN RETURN 0; END IF;
  DELETE FROM stream.held_event WHERE account_id <> ALL (stream.held_accounts());
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END $$;

REVOKE ALL ON FUNCTION stream.held_accounts, stream.forget_released FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stream.forget_released TO console_app;

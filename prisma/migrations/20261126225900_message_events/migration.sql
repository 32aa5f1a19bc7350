-- Message events: a stream beside the product's tables, written at line rate and read by a tail. Prisma does not know
-- this schema; what works on it is SQL in app/modules/signals.
CREATE SCHEMA stream;

ALTER TABLE platform ADD COLUMN event_retention_days INTEGER NOT NULL DEFAULT 35;
-- The opt-out spike looks back 28 days, and an event may come three days late.
ALTER TABLE platform ADD CONSTRAINT platform_event_retention CHECK (event_retention_days BETWEEN 32 AND 400);

-- The sets of zones a contact may be in, named by a small number: those of a number without an area are dozens.
CREATE TABLE stream.zone_set (
  id    smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  zones text NOT NULL UNIQUE CHECK (zones <> '')
);

-- One partition a UTC day of occurred_at. Fixed columns stand first and by their size, so that no row is padded.
-- xid is the transaction that wrote the row: whoever reads what lies below pg_snapshot_xmin(pg_current_snapshot())
-- misses nothing, because no transaction below it can still commit.
CREATE TABLE stream.message_event (
  occurred_at          timestamptz NOT NULL,
  received_at          timestamptz NOT NULL,
  xid                  xid8        NOT NULL DEFAULT pg_current_xact_id(),
  consent_at           timestamptz,
  shard                smallint    NOT NULL,
  type                 smallint    NOT NULL,
  category             smallint,
  zone_set             smallint,
  consent_method       smallint,
  template_approved    boolean,
  opt_out_instructions boolean,
  more_requested       boolean     NOT NULL,
  platform_id          uuid        NOT NULL,
  account_id           uuid        NOT NULL,
  contact              uuid,
  ip_hash              uuid,
  event_id             text        COLLATE "C" NOT NULL,
  template_id          text,
  business_name        text,
  key_id               text
) PARTITION BY RANGE (occurred_at);

CREATE INDEX message_event_tail ON stream.message_event (shard, xid);

-- Which ids were taken, whatever day their events are of: the one place where two of the same meet. A generation is a
-- week of arrival, and each leaf has a unique index of its own (prepare_generations), which the parent could not have
-- without the generation in it.
CREATE TABLE stream.event_key (
  generation  integer NOT NULL,
  platform_id uuid    NOT NULL,
  event_id    text    COLLATE "C" NOT NULL
) PARTITION BY LIST (generation);

-- The application adds and reads; tables come and go by these functions alone.
CREATE FUNCTION stream.prepare_days(first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  day  date := first;
  leaf text;
  made integer := 0;
BEGIN
  IF last - first > 62 THEN RAISE EXCEPTION 'too many days at once'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('stream partitions'));
  WHILE day <= last LOOP
    leaf := 'message_event_' || to_char(day, 'YYYYMMDD');
    IF to_regclass('stream.' || leaf) IS NULL THEN
      -- Attaching a finished table, unlike creating a partition, lets writers go on.
      EXECUTE format('CREATE TABLE stream.%I (LIKE stream.message_event INCLUDING DEFAULTS INCLUDING INDEXES)', leaf);
      EXECUTE format('ALTER TABLE stream.message_event ATTACH PARTITION stream.%I FOR VALUES FROM (%L) TO (%L)', leaf,
        day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END IF;
    day := day + 1;
  END LOOP;
  RETURN made;
END $$;

CREATE FUNCTION stream.prepare_generations(first integer, last integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  leaf text;
  made integer := 0;
BEGIN
  IF last - first > 20 THEN RAISE EXCEPTION 'too many generations at once'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('stream partitions'));
  FOR generation IN first..last LOOP
    leaf := 'event_key_' || lpad(generation::text, 6, '0');
    IF to_regclass('stream.' || leaf) IS NULL THEN
      EXECUTE format('CREATE TABLE stream.%I (LIKE stream.event_key)', leaf);
      EXECUTE format('CREATE UNIQUE INDEX %I ON stream.%I (platform_id, event_id)', leaf || '_once', leaf);
      EXECUTE format('ALTER TABLE stream.event_key ATTACH PARTITION stream.%I FOR VALUES IN (%s)', leaf, generation);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END $$;

-- Dropping takes the parent for a moment; whoever cannot have it within the timeout leaves the rest to the next run.
CREATE FUNCTION stream.drop_before(parent text, bound text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  leaf    text;
  dropped integer := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('stream partitions'));
  FOR leaf IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('stream.' || quote_ident(parent)) AND c.relname COLLATE "C" < bound ORDER BY 1
  LOOP
    EXECUTE format('DROP TABLE stream.%I', leaf);
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
EXCEPTION WHEN lock_not_available THEN
  RETURN 0;
END $$;

CREATE FUNCTION stream.drop_days(before date) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN stream.drop_before('message_event', 'message_event_' || to_char(before, 'YYYYMMDD'));

CREATE FUNCTION stream.drop_generations(before integer) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  RETURN stream.drop_before('event_key', 'event_key_' || lpad(before::text, 6, '0'));

-- A platform that keeps its events for less time than another: its rows go from days that still stand, each day once.
CREATE TABLE stream.forgotten (
  platform_id uuid PRIMARY KEY,
  before      date NOT NULL
);

CREATE FUNCTION stream.forget(platform uuid, until date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  since date := (SELECT before FROM stream.forgotten WHERE platform_id = platform);
  gone  bigint;
BEGIN
  IF since >= until THEN RETURN 0; END IF;
  DELETE FROM stream.message_event
   WHERE platform_id = platform AND occurred_at < until::timestamp AT TIME ZONE 'UTC' AND occurred_at >= coalesce(since::timestamp AT TIME ZONE 'UTC', '-infinity');
  GET DIAGNOSTICS gone = ROW_COUNT;
  INSERT INTO stream.forgotten (platform_id, before) VALUES (platform, until)
    ON CONFLICT (platform_id) DO UPDATE SET before = greatest(forgotten.before, excluded.before);
  RETURN gone;
END $$;

REVOKE ALL ON FUNCTION stream.prepare_days, stream.prepare_generations, stream.drop_before, stream.drop_days, stream.drop_generations, stream.forget FROM PUBLIC;
GRANT USAGE ON SCHEMA stream TO console_app;
GRANT SELECT, INSERT ON stream.message_event, stream.event_key, stream.zone_set TO console_app;
GRANT EXECUTE ON FUNCTION stream.prepare_days, stream.prepare_generations, stream.drop_days, stream.drop_generations, stream.forget TO console_app;

SELECT stream.prepare_days((now() AT TIME ZONE 'UTC')::date - 3, (now() AT TIME ZONE 'UTC')::date + 7);
SELECT stream.prepare_generations(g, g + 1) FROM (SELECT floor(extract(epoch FROM now()) / 604800)::integer AS g) AS week;

-- Events name accounts by an id that processes remember: what the platform's own id stands for never changes.
CREATE FUNCTION account_identity_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an account keeps its platform and its id there' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_identity_fixed';
END $$;
CREATE TRIGGER account_identity_fixed BEFORE UPDATE OF platform_id, external_id ON account FOR EACH ROW
  WHEN (OLD.platform_id IS DISTINCT FROM NEW.platform_id OR OLD.external_id IS DISTINCT FROM NEW.external_id) EXECUTE FUNCTION account_identity_fixed();

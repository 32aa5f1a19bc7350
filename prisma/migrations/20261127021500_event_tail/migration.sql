-- What the rules find becomes signals: workers share the shards of the event store, remember in memory, and leave here what
-- another of them needs to go on.

ALTER TABLE platform ADD COLUMN signal_threshold INTEGER NOT NULL DEFAULT 40;
ALTER TABLE platform ADD CONSTRAINT platform_signal_threshold CHECK (signal_threshold BETWEEN 1 AND 1000);

ALTER TABLE signal
  ADD COLUMN mode rule_mode NOT NULL DEFAULT 'signal',
  ADD COLUMN score INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN points DECIMAL(8, 2) NOT NULL DEFAULT 0,
  ADD COLUMN ambiguous BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN selectors JSONB NOT NULL DEFAULT '[]',
  ADD COLUMN updated_at TIMESTAMPTZ(3),
  ADD COLUMN retracted_at TIMESTAMPTZ(3);
-- A shadow counts nowhere.
ALTER TABLE signal ADD CONSTRAINT signal_shadow_has_no_case CHECK (mode IN ('signal', 'signal_and_interim') OR case_id IS NULL);
CREATE INDEX signal_unattached ON signal (account_id, window_end) WHERE case_id IS NULL AND retracted_at IS NULL AND mode IN ('signal', 'signal_and_interim');

CREATE TABLE signal_event (
  signal_id                UUID           NOT NULL,
  event_id                 TEXT           NOT NULL,
  occurred_at              TIMESTAMPTZ(3) NOT NULL,
  type                     TEXT           NOT NULL,
  category                 TEXT,
  contact                  TEXT,
  ambiguous                BOOLEAN        NOT NULL,
  template_id              TEXT,
  template_approved        BOOLEAN,
  business_name            TEXT,
  has_opt_out_instructions BOOLEAN,
  consent_method           TEXT,
  consent_at               TIMESTAMPTZ(3),
  CONSTRAINT signal_event_pkey PRIMARY KEY (signal_id, event_id)
);
ALTER TABLE signal_event ADD CONSTRAINT signal_event_signal_id_fkey FOREIGN KEY (signal_id) REFERENCES signal(id) ON DELETE CASCADE ON UPDATE CASCADE;

-- Who is there to share the shards.
CREATE TABLE stream.tail_member (
  id         uuid PRIMARY KEY,
  seen_until timestamptz NOT NULL
);

-- One row a shard. Whoever holds it changes it by its token, which grows with every holder: one that was taken for dead and
-- goes on finds another token here, and commits nothing. `place` is the transaction up to which the memory below was saved;
-- `judged` the one up to which findings were written, from there or later. What lies between is read again after a takeover.
CREATE TABLE stream.tail_shard (
  shard      smallint PRIMARY KEY,
  holder     uuid,
  token      bigint      NOT NULL DEFAULT 0,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  place      xid8        NOT NULL DEFAULT '0',
  judged     xid8        NOT NULL DEFAULT '0',
  since      timestamptz NOT NULL DEFAULT '-infinity',
  late       bigint      NOT NULL DEFAULT 0
);
INSERT INTO stream.tail_shard (shard) SELECT generate_series(0, 63);

-- The latest instant the rules of a platform have seen in a shard: what is too late is told by it.
CREATE TABLE stream.tail_clock (
  shard       smallint NOT NULL,
  platform_id uuid     NOT NULL REFERENCES platform(id) ON DELETE CASCADE,
  watermark   bigint   NOT NULL,
  PRIMARY KEY (shard, platform_id)
);

CREATE TABLE stream.account_memory (
  account_id  uuid        PRIMARY KEY REFERENCES account(id) ON DELETE CASCADE,
  shard       smallint    NOT NULL,
  platform_id uuid        NOT NULL,
  memory      json        NOT NULL,
  saved_at    timestamptz NOT NULL
);
CREATE INDEX account_memory_shard ON stream.account_memory (shard, saved_at);

-- Findings that may still change, and the signals they are gathered in. They go some days after nothing can come any more.
CREATE TABLE stream.finding (
  platform_id uuid    NOT NULL,
  key         text    COLLATE "C" NOT NULL,
  signal_key  text    COLLATE "C" NOT NULL,
  at          bigint  NOT NULL,
  window_from bigint  NOT NULL,
  window_to   bigint  NOT NULL,
  observed    double precision NOT NULL,
  threshold   double precision NOT NULL,
  ambiguous   boolean NOT NULL,
  contact     text,
  proof       text[]  NOT NULL,
  also        jsonb,
  measures    jsonb   NOT NULL,
  PRIMARY KEY (platform_id, key)
);
CREATE INDEX finding_signal ON stream.finding (signal_key, at, key);

CREATE TABLE stream.finding_group (
  signal_key   text     COLLATE "C" PRIMARY KEY,
  shard        smallint NOT NULL,
  platform_id  uuid     NOT NULL,
  account_id   uuid     NOT NULL,
  rule         text     NOT NULL,
  version      integer  NOT NULL,
  mode         rule_mode NOT NULL,
  day          integer,
  ends_at      bigint   NOT NULL,
  size         integer  NOT NULL DEFAULT 0,
  denominator  bigint,
  due          boolean  NOT NULL DEFAULT true,
  refreshed_at timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX finding_group_shard ON stream.finding_group (shard);
CREATE INDEX finding_group_ends_at ON stream.finding_group (ends_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON stream.tail_member, stream.tail_clock, stream.account_memory, stream.finding, stream.finding_group TO console_app;
GRANT SELECT, UPDATE ON stream.tail_shard TO console_app;

-- Telling the platform: the gate's changes in order, webhooks, and answers to repeated API calls.

-- CreateEnum
CREATE TYPE "webhook_endpoint_state" AS ENUM ('enabled', 'disabled');

-- CreateEnum
CREATE TYPE "webhook_delivery_state" AS ENUM ('pending', 'delivered', 'failed', 'cancelled');

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "replaced_by_id" UUID;

-- CreateTable
CREATE TABLE "gate_change" (
    "seq" BIGINT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID,
    "xact" VARCHAR(20) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "gate_change_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "gate_head" (
    "id" SMALLINT NOT NULL DEFAULT 1,
    "seq" BIGINT NOT NULL,
    "floor" BIGINT NOT NULL,

    CONSTRAINT "gate_head_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_endpoint" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "url" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "events" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "state" "webhook_endpoint_state" NOT NULL DEFAULT 'enabled',
    "disabled_reason" TEXT,
    "secret_sealed" TEXT NOT NULL,
    "previous_secret_sealed" TEXT,
    "previous_secret_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_message" (
    "id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID,
    "type" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "payload" TEXT NOT NULL,
    "xact" VARCHAR(20) NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "lane" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "state" "webhook_delivery_state" NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "leased_until" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_attempt" (
    "delivery_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER,
    "error" TEXT,
    "took_ms" INTEGER NOT NULL,

    CONSTRAINT "webhook_attempt_pkey" PRIMARY KEY ("delivery_id","number")
);

-- CreateTable
CREATE TABLE "api_request" (
    "id" UUID NOT NULL,
    "api_key_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "request_hash" TEXT NOT NULL,
    "status" INTEGER,
    "body_sealed" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "gate_change_platform_id_seq_idx" ON "gate_change"("platform_id", "seq");

-- CreateIndex
CREATE INDEX "gate_change_xact_idx" ON "gate_change"("xact");

-- CreateIndex
CREATE INDEX "gate_change_changed_at_idx" ON "gate_change"("changed_at");

-- CreateIndex
CREATE INDEX "webhook_endpoint_platform_id_state_idx" ON "webhook_endpoint"("platform_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_message_seq_key" ON "webhook_message"("seq");

-- CreateIndex
CREATE INDEX "webhook_message_occurred_at_idx" ON "webhook_message"("occurred_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_message_xact_subject_id_type_key" ON "webhook_message"("xact", "subject_id", "type");

-- CreateIndex
CREATE INDEX "webhook_delivery_message_id_idx" ON "webhook_delivery"("message_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_log" ON "webhook_delivery"("endpoint_id", "seq" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "api_request_api_key_id_key_key" ON "api_request"("api_key_id", "key");

-- CreateIndex
CREATE INDEX "api_request_started_at_idx" ON "api_request"("started_at");

-- AddForeignKey
ALTER TABLE "webhook_endpoint" ADD CONSTRAINT "webhook_endpoint_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_message" ADD CONSTRAINT "webhook_message_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "webhook_message"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "webhook_endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "webhook_attempt" ADD CONSTRAINT "webhook_attempt_delivery_id_fkey" FOREIGN KEY ("delivery_id") REFERENCES "webhook_delivery"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ------------------------------------------------------- the order of commits

-- What is numbered below is numbered at commit, behind the lock that orders the audit chain: numbers have no gaps, and
-- whoever has seen number n has seen everything that was committed before it. One lock for all of them, so that no two
-- transactions wait for each other.
CREATE FUNCTION await_commit_order() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM audit_head WHERE id = 1 FOR UPDATE;
END $$;

-- --------------------------------------------------------------- gate changes

INSERT INTO gate_head (id, seq, floor) VALUES (1, 0, 0);
ALTER TABLE gate_head ADD CONSTRAINT gate_head_single CHECK (id = 1 AND floor <= seq);

CREATE FUNCTION note_gate_change(changed_platform uuid, changed_account uuid) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  this_xact text := pg_current_xact_id()::text;
  next_seq bigint;
BEGIN
  IF changed_platform IS NULL OR EXISTS (
    SELECT FROM gate_change WHERE xact = this_xact AND platform_id = changed_platform AND account_id IS NOT DISTINCT FROM changed_account
  ) THEN RETURN; END IF;
  PERFORM await_commit_order();
  UPDATE gate_head SET seq = seq + 1 WHERE id = 1 RETURNING seq INTO STRICT next_seq;
  INSERT INTO gate_change (seq, platform_id, account_id, xact, changed_at)
    VALUES (next_seq, changed_platform, changed_account, this_xact, clock_timestamp());
  PERFORM pg_notify('gate_change', next_seq::text);
END $$;

CREATE FUNCTION gate_entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed uuid;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD.account_id; ELSE changed := NEW.account_id; END IF;
  PERFORM note_gate_change(platform_id, id) FROM account WHERE id = changed;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_entry_added AFTER INSERT OR DELETE ON gate_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_entry_changed();
CREATE CONSTRAINT TRIGGER gate_entry_moved AFTER UPDATE ON gate_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.account_id, OLD.feature, OLD.verdict, OLD.reason_code, OLD.until, OLD.action_id)
        IS DISTINCT FROM (NEW.account_id, NEW.feature, NEW.verdict, NEW.reason_code, NEW.until, NEW.action_id))
  EXECUTE FUNCTION gate_entry_changed();

CREATE FUNCTION gate_account_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM note_gate_change(OLD.platform_id, OLD.id);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_account_gone AFTER DELETE ON account
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_account_changed();
CREATE CONSTRAINT TRIGGER gate_account_renamed AFTER UPDATE OF external_id, platform_id ON account
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.platform_id, OLD.external_id) IS DISTINCT FROM (NEW.platform_id, NEW.external_id))
  EXECUTE FUNCTION gate_account_changed();

-- Features, API keys and the platform's own key: what every answer of the platform rests on.
CREATE FUNCTION gate_ground_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ground jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
BEGIN
  PERFORM note_gate_change((CASE WHEN TG_TABLE_NAME = 'platform' THEN ground->>'id' ELSE ground->>'platform_id' END)::uuid, NULL);
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER gate_feature_changed AFTER INSERT OR UPDATE OR DELETE ON feature
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_ground_changed();
CREATE CONSTRAINT TRIGGER gate_key_changed AFTER DELETE OR UPDATE OF scopes, expires_at, revoked_at, key_hash, platform_id ON api_key
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_ground_changed();
CREATE CONSTRAINT TRIGGER gate_platform_changed AFTER UPDATE OF key ON platform
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION gate_ground_changed();

-- ------------------------------------------------------------------- webhooks

CREATE SEQUENCE webhook_message_seq;
CREATE INDEX webhook_delivery_lane ON webhook_delivery (endpoint_id, lane, seq) WHERE state = 'pending';
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (coalesce(next_attempt_at, created_at), id) WHERE state = 'pending';
ALTER TABLE webhook_delivery
  ADD CONSTRAINT webhook_delivery_ended CHECK ((state = 'pending') = (ended_at IS NULL));
ALTER TABLE webhook_endpoint
  ADD CONSTRAINT webhook_endpoint_reason CHECK (state = 'enabled' OR disabled_reason IS NOT NULL),
  ADD CONSTRAINT webhook_endpoint_previous_whole CHECK ((previous_secret_sealed IS NULL) = (previous_secret_until IS NULL));

CREATE FUNCTION new_uuid7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

CREATE FUNCTION iso_instant(at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The one place where an event for platforms comes into being: message, deliveries and outbox rows, in the transaction
-- that made the change and in the order of commits. Triggers call it, so that no command can forget to.
CREATE FUNCTION stage_event(for_platform uuid, for_account uuid, event text, subject uuid, at timestamptz, facts json) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  message_id uuid;
  message_seq bigint;
  delivery record;
  due timestamptz := LEAST(at, clock_timestamp());
BEGIN
  IF NOT EXISTS (
    SELECT FROM webhook_endpoint WHERE platform_id = for_platform AND state = 'enabled' AND (events = '{}' OR event = ANY (events))
  ) THEN RETURN; END IF;
  PERFORM await_commit_order();
  message_seq := nextval('webhook_message_seq');
  INSERT INTO webhook_message (id, seq, platform_id, account_id, type, subject_id, payload, xact, occurred_at)
    SELECT new_uuid7(), message_seq, for_platform, for_account, event, subject,
           json_build_object('type', event, 'timestamp', iso_instant(at), 'data', facts)::text, pg_current_xact_id()::text, at
    ON CONFLICT (xact, subject_id, type) DO NOTHING
    RETURNING id INTO message_id;
  IF message_id IS NULL THEN RETURN; END IF;
  FOR delivery IN
    INSERT INTO webhook_delivery (id, message_id, endpoint_id, lane, seq, created_at)
      SELECT new_uuid7(), message_id, id, coalesce(for_account, for_platform)::text, message_seq, at
        FROM webhook_endpoint
       WHERE platform_id = for_platform AND state = 'enabled' AND (events = '{}' OR event = ANY (events))
      RETURNING id
  LOOP
    INSERT INTO outbox_message (id, topic, payload, created_at, available_at)
      VALUES (new_uuid7(), 'webhook.deliver', jsonb_build_object('deliveryId', delivery.id), due, due);
  END LOOP;
END $$;

CREATE FUNCTION case_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(c.platform_id, c.account_id, CASE WHEN TG_OP = 'INSERT' THEN 'case.opened' ELSE 'case.changed' END, c.id, c.updated_at,
    json_build_object('platform', p.key, 'account', a.external_id, 'case', c.reference, 'area', c.area, 'state', c.state, 'severity', c.severity))
    FROM "case" c JOIN account a ON a.id = c.account_id JOIN platform p ON p.id = c.platform_id WHERE c.id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER case_opened_event AFTER INSERT ON "case"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION case_event_staged();
CREATE CONSTRAINT TRIGGER case_changed_event AFTER UPDATE OF state, severity ON "case"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.state, OLD.severity) IS DISTINCT FROM (NEW.state, NEW.severity))
  EXECUTE FUNCTION case_event_staged();

-- Proposals are nobody's business yet, and a referral to law enforcement never is.
CREATE FUNCTION action_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  started boolean := TG_OP = 'INSERT';
BEGIN
  IF TG_OP = 'UPDATE' THEN started := OLD.state <> 'active' AND NEW.state = 'active'; END IF;
  PERFORM stage_event(a.platform_id, x.account_id,
    CASE WHEN x.state <> 'active' THEN 'action.ended' WHEN started THEN 'action.started' ELSE 'action.changed' END, x.id,
    CASE WHEN x.state <> 'active' THEN x.ended_at ELSE coalesce(x.starts_at, x.created_at) END,
    json_build_object('platform', p.key, 'account', a.external_id, 'action', x.id, 'reference', x.reference, 'case', c.reference,
      'kind', x.kind, 'interim', x.interim, 'features', x.features, 'state', x.state,
      'startsAt', iso_instant(x.starts_at), 'endsAt', iso_instant(x.ends_at), 'endedAt', iso_instant(x.ended_at), 'mayTellAccountHolder', NOT x.no_tip_off))
    FROM action x JOIN account a ON a.id = x.account_id JOIN platform p ON p.id = a.platform_id JOIN "case" c ON c.id = x.case_id
   WHERE x.id = NEW.id AND x.kind <> 'law_enforcement_referral' AND x.state NOT IN ('proposed', 'awaiting_approval', 'rejected');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER action_started_event AFTER INSERT ON action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION action_event_staged();
CREATE CONSTRAINT TRIGGER action_changed_event AFTER UPDATE OF state, starts_at, ends_at, features ON action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.starts_at, OLD.ends_at, OLD.features) IS DISTINCT FROM (NEW.state, NEW.starts_at, NEW.ends_at, NEW.features))
  EXECUTE FUNCTION action_event_staged();

CREATE FUNCTION appeal_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(l.platform_id, l.account_id, CASE WHEN TG_OP = 'INSERT' THEN 'appeal.filed' ELSE 'appeal.changed' END, l.id, coalesce(l.ruled_at, l.filed_at),
    json_build_object('platform', p.key, 'account', a.external_id, 'appeal', l.reference, 'action', l.action_id, 'actionReference', x.reference,
      'state', l.state, 'late', l.late, 'filedAt', iso_instant(l.filed_at), 'dueAt', iso_instant(l.due_at), 'ruledAt', iso_instant(l.ruled_at)))
    FROM appeal l JOIN action x ON x.id = l.action_id JOIN account a ON a.id = l.account_id JOIN platform p ON p.id = l.platform_id
   WHERE l.id = NEW.id AND x.kind <> 'law_enforcement_referral';
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER appeal_filed_event AFTER INSERT ON appeal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION appeal_event_staged();
CREATE CONSTRAINT TRIGGER appeal_changed_event AFTER UPDATE OF state, due_at ON appeal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.state, OLD.due_at) IS DISTINCT FROM (NEW.state, NEW.due_at))
  EXECUTE FUNCTION appeal_event_staged();

CREATE FUNCTION gate_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(a.platform_id, a.id, 'gate.changed', a.id, coalesce(e.at, a.updated_at),
    json_build_object('platform', p.key, 'account', a.external_id, 'seq', NEW.seq, 'denied', coalesce(e.denied, '[]'::json)))
    FROM account a JOIN platform p ON p.id = a.platform_id
    LEFT JOIN LATERAL (
      SELECT max(g.updated_at) AS at,
             json_agg(json_build_object('feature', g.feature, 'reasonCode', g.reason_code, 'until', iso_instant(g.until), 'actionId', g.action_id) ORDER BY g.feature) AS denied
        FROM gate_entry g WHERE g.account_id = a.id AND g.verdict = 'deny') e ON true
   WHERE a.id = NEW.account_id;
  RETURN NULL;
END $$;
CREATE TRIGGER gate_changed_event AFTER INSERT ON gate_change
  FOR EACH ROW WHEN (NEW.account_id IS NOT NULL) EXECUTE FUNCTION gate_event_staged();

CREATE FUNCTION policy_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(y.platform_id, NULL, 'policy.changed', v.id, greatest(v.created_at, CASE v.state WHEN 'in_force' THEN v.effective_from WHEN 'superseded' THEN v.effective_to END),
    json_build_object('platform', p.key, 'policy', y.code, 'title', y.title, 'version', v.number, 'state', v.state, 'material', v.material,
      'effectiveFrom', iso_instant(v.effective_from), 'effectiveTo', iso_instant(v.effective_to)))
    FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
   WHERE v.id = NEW.id AND v.state IN ('scheduled', 'in_force', 'superseded');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_added_event AFTER INSERT ON policy_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION policy_event_staged();
CREATE CONSTRAINT TRIGGER policy_changed_event AFTER UPDATE OF state, effective_from, effective_to ON policy_version
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.effective_from, OLD.effective_to) IS DISTINCT FROM (NEW.state, NEW.effective_from, NEW.effective_to))
  EXECUTE FUNCTION policy_event_staged();

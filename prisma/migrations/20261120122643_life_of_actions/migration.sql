-- The life of actions: scheduled starts, replacements that a second person approves, and decisions taken back at once.

ALTER TYPE "notice_kind" ADD VALUE IF NOT EXISTS 'action_changed' AFTER 'interim_measure';

ALTER TABLE "platform" ADD COLUMN "undo_minutes" INTEGER NOT NULL DEFAULT 10;
ALTER TABLE "platform" ADD CONSTRAINT "platform_undo_minutes" CHECK ("undo_minutes" BETWEEN 0 AND 1440);

-- When an action took effect: one that starts later is told to platforms when it happens.
ALTER TABLE "action" ADD COLUMN "begun_at" TIMESTAMPTZ(3), ADD COLUMN "replaces_id" UUID;
ALTER TABLE "action" DISABLE TRIGGER USER;
UPDATE "action" SET "begun_at" = "starts_at" WHERE "starts_at" IS NOT NULL AND "state" NOT IN ('proposed', 'awaiting_approval', 'rejected');
ALTER TABLE "action" ENABLE TRIGGER USER;
ALTER TABLE "action"
  ADD CONSTRAINT "action_replaces_id_fkey" FOREIGN KEY ("replaces_id") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE,
  ADD CONSTRAINT "action_replaces_another" CHECK ("replaces_id" <> "id");
CREATE INDEX "action_to_begin" ON "action" ("starts_at", "id") WHERE "state" = 'active' AND "begun_at" IS NULL;

ALTER TABLE "approval" ADD COLUMN "action_id" UUID;
ALTER TABLE "approval" ADD CONSTRAINT "approval_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE SET NULL ON UPDATE CASCADE;
CREATE INDEX "approval_action_id_idx" ON "approval"("action_id");

-- A feature has one row for each span in which another action speaks: the latest row that has begun is the answer.
ALTER TABLE "gate_entry" ADD COLUMN "starts_at" TIMESTAMPTZ(3) NOT NULL DEFAULT '1970-01-01 00:00:00 +00:00';
ALTER TABLE "gate_entry" DISABLE TRIGGER USER;
UPDATE "gate_entry" g SET "starts_at" = coalesce((SELECT a."starts_at" FROM "action" a WHERE a."id" = g."action_id"), g."updated_at");
ALTER TABLE "gate_entry" ENABLE TRIGGER USER;
ALTER TABLE "gate_entry"
  DROP CONSTRAINT "gate_entry_pkey",
  ADD CONSTRAINT "gate_entry_pkey" PRIMARY KEY ("account_id", "feature", "starts_at"),
  ADD CONSTRAINT "gate_entry_ends_after_start" CHECK ("until" IS NULL OR "until" > "starts_at");
DROP TRIGGER gate_entry_moved ON gate_entry;
CREATE CONSTRAINT TRIGGER gate_entry_moved AFTER UPDATE ON gate_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.account_id, OLD.feature, OLD.starts_at, OLD.verdict, OLD.reason_code, OLD.until, OLD.action_id)
        IS DISTINCT FROM (NEW.account_id, NEW.feature, NEW.starts_at, NEW.verdict, NEW.reason_code, NEW.until, NEW.action_id))
  EXECUTE FUNCTION gate_entry_changed();

-- An action that starts later is told of twice: when it is decided and when it takes effect.
CREATE OR REPLACE FUNCTION action_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  started boolean := TG_OP = 'INSERT';
BEGIN
  IF TG_OP = 'UPDATE' THEN started := OLD.state <> 'active' OR (OLD.begun_at IS NULL AND NEW.begun_at IS NOT NULL); END IF;
  PERFORM stage_event(a.platform_id, x.account_id,
    CASE WHEN x.state <> 'active' THEN 'action.ended' WHEN started AND x.begun_at IS NULL THEN 'action.scheduled' WHEN started THEN 'action.started' ELSE 'action.changed' END, x.id,
    CASE WHEN x.state <> 'active' THEN x.ended_at WHEN x.begun_at IS NULL THEN x.created_at ELSE x.begun_at END,
    json_build_object('platform', p.key, 'account', a.external_id, 'action', x.id, 'reference', x.reference, 'case', c.reference,
      'kind', x.kind, 'interim', x.interim, 'features', x.features, 'state', x.state,
      'startsAt', iso_instant(x.starts_at), 'begunAt', iso_instant(x.begun_at), 'endsAt', iso_instant(x.ends_at), 'endedAt', iso_instant(x.ended_at), 'mayTellAccountHolder', NOT x.no_tip_off))
    FROM action x JOIN account a ON a.id = x.account_id JOIN platform p ON p.id = a.platform_id JOIN "case" c ON c.id = x.case_id
   WHERE x.id = NEW.id AND x.kind <> 'law_enforcement_referral' AND x.state NOT IN ('proposed', 'awaiting_approval', 'rejected');
  RETURN NULL;
END $$;
DROP TRIGGER action_changed_event ON action;
CREATE CONSTRAINT TRIGGER action_changed_event AFTER UPDATE OF state, starts_at, begun_at, ends_at, features ON action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN ((OLD.state, OLD.starts_at, OLD.begun_at, OLD.ends_at, OLD.features) IS DISTINCT FROM (NEW.state, NEW.starts_at, NEW.begun_at, NEW.ends_at, NEW.features))
  EXECUTE FUNCTION action_event_staged();

CREATE OR REPLACE FUNCTION gate_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(a.platform_id, a.id, 'gate.changed', a.id, coalesce(e.at, a.updated_at),
    json_build_object('platform', p.key, 'account', a.external_id, 'seq', NEW.seq, 'denied', coalesce(e.denied, '[]'::json)))
    FROM account a JOIN platform p ON p.id = a.platform_id
    LEFT JOIN LATERAL (
      SELECT max(g.updated_at) AS at,
             json_agg(json_build_object('feature', g.feature, 'reasonCode', g.reason_code, 'from', iso_instant(g.starts_at), 'until', iso_instant(g.until), 'actionId', g.action_id) ORDER BY g.feature, g.starts_at) AS denied
        FROM gate_entry g WHERE g.account_id = a.id AND g.verdict = 'deny') e ON true
   WHERE a.id = NEW.account_id;
  RETURN NULL;
END $$;

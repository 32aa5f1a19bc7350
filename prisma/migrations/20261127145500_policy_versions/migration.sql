-- Drafts that are given up, clauses in Spanish, versions that come into force by no side door, and platforms that hear what is held or called off.
-- AlterTable
ALTER TABLE "clause_version" ADD COLUMN     "body_es" TEXT;

-- AlterTable
ALTER TABLE "policy_version" ADD COLUMN     "discarded_at" TIMESTAMPTZ(3);

ALTER TABLE "policy_version" ADD CONSTRAINT "policy_version_discarded_is_draft" CHECK ("discarded_at" IS NULL OR "state" = 'draft');

DROP INDEX policy_version_one_upcoming;
CREATE UNIQUE INDEX policy_version_one_upcoming ON policy_version (policy_id) WHERE state IN ('draft', 'in_review', 'scheduled') AND discarded_at IS NULL;

-- AlterTable
ALTER TABLE "policy_posting" ADD COLUMN     "based_on_id" UUID;

-- What a posting is compared with stays, wherever its draft goes on from.
ALTER TABLE "policy_posting" DISABLE TRIGGER "policy_posting_guard";
UPDATE "policy_posting" o SET "based_on_id" = v."based_on_id" FROM "policy_version" v WHERE v."id" = o."policy_version_id";
ALTER TABLE "policy_posting" ENABLE TRIGGER "policy_posting_guard";

-- What a campaign announced: the posting that stood when it began. A version that was called off goes on under another number.
CREATE VIEW "policy_notice_announced" AS
  SELECT c.id AS campaign_id, o.id AS posting_id, coalesce(o.number, v.number) AS number
    FROM policy_notice_campaign c
    JOIN policy_version v ON v.id = c.policy_version_id
    LEFT JOIN LATERAL (
      SELECT t.id, t.number FROM policy_posting t
       WHERE t.policy_version_id = v.id AND (c.stopped_at IS NULL OR t.posted_at <= c.stopped_at) ORDER BY t.posted_at DESC, t.id DESC LIMIT 1) o ON true;
GRANT SELECT ON "policy_notice_announced" TO console_app;

-- A policy comes with its first version in force, as a platform that is set up brings it. Every later one is told of, agreed to and waited for
-- as a scheduled one (DOMAIN, state machines), and a new policy that is written here is a change like any other.
CREATE FUNCTION policy_version_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM policy WHERE id = NEW.policy_id FOR NO KEY UPDATE;
  IF EXISTS (SELECT FROM policy_version v WHERE v.policy_id = NEW.policy_id) THEN
    RAISE EXCEPTION 'version % of a policy that has others comes into force from being scheduled', NEW.number USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_moves';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_first BEFORE INSERT ON policy_version FOR EACH ROW WHEN (NEW.state IN ('in_force', 'superseded')) EXECUTE FUNCTION policy_version_first();

CREATE FUNCTION policy_version_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a policy version does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_moves';
END $$;
CREATE TRIGGER policy_version_moves BEFORE UPDATE OF state ON policy_version FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
    ('draft', 'in_review'), ('in_review', 'draft'), ('in_review', 'scheduled'), ('scheduled', 'draft'), ('scheduled', 'in_force'), ('in_force', 'superseded')))
  EXECUTE FUNCTION policy_version_moves();

-- A new policy binds account holders to what they were not bound to before: it is never a small correction.
CREATE FUNCTION policy_version_new_is_material() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM policy_version v WHERE v.policy_id = NEW.policy_id AND v.state IN ('in_force', 'superseded')) THEN
    RAISE EXCEPTION 'the first version of a policy is material' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_new_is_material';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_new_is_material BEFORE UPDATE OF state ON policy_version FOR EACH ROW
  WHEN (NEW.state IN ('scheduled', 'in_force') AND OLD.state <> NEW.state AND NOT NEW.material) EXECUTE FUNCTION policy_version_new_is_material();

-- Nobody brings forward, afterwards, the day that conduct is judged by.
CREATE FUNCTION policy_version_began() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'policy version % began when it began', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_began';
END $$;
CREATE TRIGGER policy_version_began BEFORE UPDATE OF effective_from, policy_id, material ON policy_version FOR EACH ROW
  WHEN (OLD.state IN ('in_force', 'superseded') AND (OLD.effective_from, OLD.policy_id, OLD.material) IS DISTINCT FROM (NEW.effective_from, NEW.policy_id, NEW.material))
  EXECUTE FUNCTION policy_version_began();

-- What platforms hear of a version, as it is when the transaction commits.
CREATE FUNCTION policy_version_told(version uuid) RETURNS void LANGUAGE sql AS $$
  SELECT stage_event(y.platform_id, NULL, 'policy.changed', v.id,
           CASE WHEN v.state = 'in_force' THEN greatest(v.created_at, v.effective_from)
                WHEN v.state = 'superseded' THEN greatest(v.created_at, v.effective_to)
                ELSE coalesce(c.held_since, o.posted_at, v.published_at, v.created_at) END,
           json_build_object('platform', p.key, 'policy', y.code, 'title', y.title, 'version', v.number,
             'state', CASE WHEN v.state = 'scheduled' AND c.held_since IS NOT NULL THEN 'held' ELSE v.state::text END, 'material', v.material,
             'effectiveFrom', iso_instant(v.effective_from), 'effectiveTo', iso_instant(v.effective_to), 'note', NULL))
    FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
    LEFT JOIN LATERAL (SELECT l.held_since FROM policy_notice_campaign l WHERE l.policy_version_id = v.id ORDER BY l.created_at DESC, l.id DESC LIMIT 1) c ON true
    LEFT JOIN policy_posting o ON o.policy_version_id = v.id AND o.ended_at IS NULL
   WHERE v.id = version AND v.state IN ('scheduled', 'in_force', 'superseded');
$$;

CREATE OR REPLACE FUNCTION policy_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM policy_version_told(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION policy_held_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM policy_version_told(v.id) FROM policy_version v WHERE v.id = NEW.policy_version_id AND v.state = 'scheduled';
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_held_event AFTER UPDATE OF held_since ON policy_notice_campaign
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.held_since IS NULL) <> (NEW.held_since IS NULL)) EXECUTE FUNCTION policy_held_event_staged();

-- What was announced and is called off: under the number it was announced by, with what is posted about it.
CREATE FUNCTION policy_called_off_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(y.platform_id, NULL, 'policy.changed', v.id, NEW.ended_at,
    json_build_object('platform', p.key, 'policy', y.code, 'title', y.title, 'version', NEW.number, 'state', 'called_off', 'material', NEW.material,
      'effectiveFrom', iso_instant(NEW.effective_on::timestamp AT TIME ZONE p.zone), 'effectiveTo', NULL, 'note', NEW.ended_note))
    FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id WHERE v.id = NEW.policy_version_id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER policy_called_off_event AFTER UPDATE OF ended_at ON policy_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_how = 'called_off') EXECUTE FUNCTION policy_called_off_event_staged();

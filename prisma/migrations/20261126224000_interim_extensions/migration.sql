-- CreateEnum
CREATE TYPE "extension_state" AS ENUM ('awaiting_approval', 'granted', 'rejected', 'withdrawn', 'lapsed');

-- CreateTable
CREATE TABLE "interim_extension" (
    "id" UUID NOT NULL,
    "action_id" UUID NOT NULL,
    "state" "extension_state" NOT NULL,
    "days" INTEGER,
    "ends_at" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "proposer_id" UUID NOT NULL,
    "reviewer_id" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "interim_extension_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "interim_extension_action_id_idx" ON "interim_extension"("action_id");

-- AddForeignKey
ALTER TABLE "interim_extension" ADD CONSTRAINT "interim_extension_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Extensions from before they were rows stand on the timeline. How many days they asked for is not known.
INSERT INTO interim_extension (id, action_id, state, ends_at, reason, proposer_id, requested_at, expires_at, answered_at)
  SELECT gen_random_uuid(), a.id, 'granted', (e.data->>'until')::timestamptz, coalesce(e.data->>'reason', ''), e.actor_id, e.at, e.at, e.at
    FROM case_event e JOIN action a ON a.case_id = e.case_id AND a.id::text = e.data->>'actionId'
   WHERE e.kind = 'interim_extended' AND e.actor_kind = 'staff' AND e.actor_id IS NOT NULL;

-- The foreign key's check of those rows would hold up the ALTERs below.
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE interim_extension
  ADD CONSTRAINT interim_extension_four_eyes CHECK (reviewer_id IS NULL OR reviewer_id <> proposer_id),
  ADD CONSTRAINT interim_extension_answered CHECK ((state = 'awaiting_approval') = (answered_at IS NULL)),
  ADD CONSTRAINT interim_extension_rejected_by CHECK (state <> 'rejected' OR reviewer_id IS NOT NULL),
  ADD CONSTRAINT interim_extension_ends CHECK ((state = 'granted') = (ends_at IS NOT NULL)),
  ADD CONSTRAINT interim_extension_days CHECK (days BETWEEN 1 AND 30 OR (days IS NULL AND state = 'granted'));
CREATE UNIQUE INDEX interim_extension_one_waiting ON interim_extension (action_id) WHERE state = 'awaiting_approval';
CREATE INDEX interim_extension_due ON interim_extension (expires_at, id) WHERE state = 'awaiting_approval';
CREATE INDEX action_interim_waiting ON action (created_at, id) WHERE interim AND state = 'awaiting_approval';

-- How long interim measures of an account hold in all if this one ends at `until`, in days of the platform's wall clock.
-- Time that several share counts once, and so do measures of cases still looked into; those of other cases for 90 days.
CREATE FUNCTION interim_time_in_all(which uuid, until timestamptz, at timestamptz) RETURNS interval LANGUAGE sql STABLE AS $$
  WITH this AS (
    SELECT x.id, x.account_id, x.case_id, x.starts_at, p.zone
      FROM action x JOIN account c ON c.id = x.account_id JOIN platform p ON p.id = c.platform_id WHERE x.id = which
  ), held AS (
    SELECT starts_at AT TIME ZONE zone AS begins, until AT TIME ZONE zone AS ends FROM this
    UNION ALL
    SELECT a.starts_at AT TIME ZONE this.zone, least(a.ends_at, a.ended_at) AT TIME ZONE this.zone
      FROM this JOIN action a ON a.account_id = this.account_id AND a.id <> this.id JOIN "case" k ON k.id = a.case_id
     WHERE a.interim AND a.starts_at IS NOT NULL AND a.ends_at IS NOT NULL
       AND (a.case_id = this.case_id OR k.state IN ('open', 'investigating', 'waiting_for_information')
            OR a.ended_at IS NULL OR a.ended_at > at - interval '2160 hours')
  )
  SELECT coalesce(sum(upper(span) - lower(span)), interval '0')
    FROM unnest((SELECT range_agg(tsrange(begins, greatest(begins, ends))) FROM held)) AS span
$$;

-- Extending takes as many people as starting would (DOMAIN, rule 2): a measure that two agreed to, or that the platform asks
-- two for, or that passes its limit in all, is not lengthened by one. Nobody lengthens it beyond the rule's own thirty days.
CREATE FUNCTION interim_extension_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked record;
  in_all interval := interim_time_in_all(NEW.action_id, NEW.ends_at, NEW.answered_at);
BEGIN
  SELECT p.four_eyes_suspension_days AS days, p.four_eyes_kinds AS kinds, a.approver_id, a.reference INTO STRICT asked
    FROM action a JOIN account c ON c.id = a.account_id JOIN platform p ON p.id = c.platform_id WHERE a.id = NEW.action_id;
  IF in_all > interval '30 days' THEN
    RAISE EXCEPTION 'interim measures would last longer in all than measure % may', asked.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'interim_extension_too_long';
  END IF;
  IF NEW.reviewer_id IS NULL AND (asked.approver_id IS NOT NULL OR 'interim_measure' = ANY (asked.kinds) OR in_all > make_interval(days => asked.days)) THEN
    RAISE EXCEPTION 'to extend measure % takes a second person', asked.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'interim_extension_takes_two';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER interim_extension_granted BEFORE INSERT OR UPDATE ON interim_extension
  FOR EACH ROW WHEN (NEW.state = 'granted') EXECUTE FUNCTION interim_extension_people();
CREATE TRIGGER interim_extension_kept BEFORE UPDATE OR DELETE ON interim_extension
  FOR EACH ROW WHEN (OLD.state <> 'awaiting_approval') EXECUTE FUNCTION refuse_change();

-- The end of an interim measure moves further only by an extension that says who granted it.
CREATE FUNCTION action_interim_extended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM interim_extension x WHERE x.action_id = NEW.id AND x.state = 'granted' AND x.ends_at = NEW.ends_at) THEN
    RAISE EXCEPTION 'nobody granted that interim measure % lasts longer', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'action_interim_extended';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER action_interim_lengthened BEFORE UPDATE OF ends_at ON action
  FOR EACH ROW WHEN (OLD.interim AND OLD.state = 'active' AND NEW.ends_at > OLD.ends_at) EXECUTE FUNCTION action_interim_extended();

-- What starts with one person counts what held before, as the command does. A milder measure that a ruling puts in the place
-- of an interim one asks nobody anew.
CREATE OR REPLACE FUNCTION action_platform_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked record;
BEGIN
  IF NEW.approver_id IS NOT NULL OR NEW.starts_at IS NULL OR NEW.state <> 'active' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state = 'active' THEN RETURN NULL; END IF;
  END IF;
  SELECT p.four_eyes_suspension_days AS days, p.four_eyes_kinds AS kinds INTO STRICT asked
    FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = NEW.account_id;
  IF NEW.decision_id IS NOT NULL AND EXISTS (
    SELECT FROM action p WHERE p.decision_id = NEW.decision_id AND p.id <> NEW.id AND p.starts_at IS NOT NULL
       AND p.state NOT IN ('proposed', 'awaiting_approval', 'rejected')
  ) THEN RETURN NULL; END IF;
  IF NEW.interim AND EXISTS (
    SELECT FROM action p WHERE p.id = NEW.replaces_id AND p.interim AND p.account_id = NEW.account_id AND p.approver_id IS NULL
       AND p.starts_at <= NEW.starts_at AND p.ends_at >= NEW.ends_at AND NEW.kind <= p.kind
  ) THEN RETURN NULL; END IF;
  IF (NOT NEW.interim AND NEW.kind::text = ANY (asked.kinds))
     OR (NEW.interim AND ('interim_measure' = ANY (asked.kinds) OR interim_time_in_all(NEW.id, NEW.ends_at, NEW.starts_at) > make_interval(days => asked.days)))
     OR (NEW.kind = 'suspension' AND NOT NEW.interim AND (NEW.ends_at IS NULL OR NEW.ends_at > NEW.starts_at
           + CASE WHEN asked.days = 0 THEN interval '0' ELSE make_interval(hours => asked.days * 24 + 1) END)) THEN
    RAISE EXCEPTION 'action % takes a second person on this platform', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'action_platform_four_eyes';
  END IF;
  RETURN NULL;
END $$;

-- Independence (DOMAIN, rule 3): who let an interim measure last longer, or answered such a proposal, stands in its own rows.
CREATE OR REPLACE FUNCTION took_part_in_action(person uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM action a LEFT JOIN decision d ON d.id = a.decision_id
     WHERE a.id = which AND (
       person IN (a.proposer_id, a.approver_id, d.decider_id, d.approver_id)
       OR (a.state = 'lifted' AND a.ended_by_id = person)
       OR EXISTS (SELECT 1 FROM approval p WHERE p.decision_id = a.decision_id AND p.reviewer_id = person)
       OR EXISTS (SELECT 1 FROM interim_extension x WHERE x.action_id = a.id AND person IN (x.proposer_id, x.reviewer_id))))
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON interim_extension TO console_app;

-- What Prisma's schema language cannot say: the rules the database itself keeps.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- ------------------------------------------------------------------ cases

-- At most one open case per account and policy area; later reports join it.
CREATE UNIQUE INDEX case_one_open_per_area ON "case" (account_id, area)
  WHERE state IN ('open', 'investigating', 'waiting_for_information');

-- The queue, most urgent first; one index for each way people narrow it.
CREATE INDEX case_queue ON "case" (priority DESC, id)
  WHERE state IN ('open', 'investigating', 'waiting_for_information');
CREATE INDEX case_queue_by_state ON "case" (state, priority DESC, id);
CREATE INDEX case_queue_by_platform ON "case" (platform_id, priority DESC, id)
  WHERE state IN ('open', 'investigating', 'waiting_for_information');
CREATE INDEX case_queue_by_area ON "case" (platform_id, area, priority DESC, id)
  WHERE state IN ('open', 'investigating', 'waiting_for_information');
CREATE INDEX case_queue_escalated ON "case" (priority DESC, id)
  WHERE escalated AND state IN ('open', 'investigating', 'waiting_for_information');
CREATE INDEX case_lease_due ON "case" (lease_expires_at) WHERE lease_holder_id IS NOT NULL;
CREATE INDEX case_for_review ON "case" (updated_at DESC, id) WHERE review_reason IS NOT NULL;

ALTER TABLE "case"
  ADD CONSTRAINT case_lease_whole CHECK ((lease_holder_id IS NULL) = (lease_expires_at IS NULL)),
  ADD CONSTRAINT case_counts_not_negative CHECK (report_count >= 0 AND signal_count >= 0);

-- Badges read these rows instead of counting cases. Statement triggers: a bulk change costs one upsert a group.
CREATE FUNCTION case_counter_add() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO case_counter (platform_id, state, slot, count)
    SELECT platform_id, state, pg_backend_pid() % 64, count(*) FROM added GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (platform_id, state, slot) DO UPDATE SET count = case_counter.count + excluded.count;
  RETURN NULL;
END $$;

CREATE FUNCTION case_counter_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO case_counter (platform_id, state, slot, count)
    SELECT platform_id, state, pg_backend_pid() % 64, sum(delta)
      FROM (SELECT a.platform_id, a.state, 1 AS delta FROM added a JOIN removed r USING (id) WHERE a.state <> r.state
            UNION ALL
            SELECT r.platform_id, r.state, -1 FROM added a JOIN removed r USING (id) WHERE a.state <> r.state) moved
     GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (platform_id, state, slot) DO UPDATE SET count = case_counter.count + excluded.count;
  RETURN NULL;
END $$;

CREATE TRIGGER case_counted_on_insert AFTER INSERT ON "case"
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION case_counter_add();
CREATE TRIGGER case_counted_on_update AFTER UPDATE ON "case"
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION case_counter_move();

-- ----------------------------------------------------------------- intake

ALTER TABLE report
  ADD CONSTRAINT report_attached_has_case CHECK (state <> 'attached' OR case_id IS NOT NULL),
  ADD CONSTRAINT report_dismissed_has_reason CHECK (state <> 'dismissed' OR dismissal_reason IS NOT NULL),
  ADD CONSTRAINT report_resolved_has_outcome CHECK (state <> 'resolved' OR (outcome IS NOT NULL AND resolved_at IS NOT NULL));

CREATE INDEX report_to_match ON report (received_at, id) WHERE state = 'received';
CREATE INDEX account_name_similar ON account USING gin (business_name gin_trgm_ops);

ALTER TABLE access_link
  ADD CONSTRAINT access_link_one_subject CHECK (num_nonnulls(report_id, account_id) = 1);

ALTER TABLE evidence_file
  ADD CONSTRAINT evidence_file_has_origin CHECK (num_nonnulls(report_id, appeal_id) = 1);

ALTER TABLE decision_evidence
  ADD CONSTRAINT decision_evidence_one_subject CHECK (num_nonnulls(report_id, signal_id, evidence_file_id) = 1);

-- ----------------------------------------------------------------- policy

-- One version is in force at any instant, so that conduct falls under exactly one.
ALTER TABLE policy_version
  ADD CONSTRAINT policy_version_no_overlap EXCLUDE USING gist
    (policy_id WITH =, tstzrange(effective_from, effective_to) WITH &&)
    WHERE (effective_from IS NOT NULL AND state IN ('in_force', 'superseded')),
  ADD CONSTRAINT policy_version_four_eyes CHECK (published_by_id IS NULL OR published_by_id <> proposed_by_id);
CREATE UNIQUE INDEX policy_version_one_in_force ON policy_version (policy_id) WHERE state = 'in_force';

-- ------------------------------------------------------------ enforcement

ALTER TABLE decision
  ADD CONSTRAINT decision_four_eyes CHECK (approver_id IS NULL OR approver_id <> decider_id);
CREATE UNIQUE INDEX decision_one_proposal_per_case ON decision (case_id) WHERE state = 'awaiting_approval';
CREATE INDEX decision_for_review ON decision (decided_at DESC, id) WHERE review_reason IS NOT NULL;

ALTER TABLE approval
  ADD CONSTRAINT approval_four_eyes CHECK (reviewer_id IS NULL OR reviewer_id <> proposer_id),
  ADD CONSTRAINT approval_answered CHECK ((state IN ('approved', 'rejected')) = (reviewer_id IS NOT NULL));
CREATE UNIQUE INDEX approval_one_pending ON approval (decision_id) WHERE state = 'pending';
CREATE INDEX approval_due ON approval (expires_at, id) WHERE state = 'pending';

-- Termination, law-enforcement referral and a suspension over 30 days take a second person (DOMAIN, rule 2).
-- 721 hours: thirty local days may be one hour longer when the clocks change.
ALTER TABLE action
  ADD CONSTRAINT action_four_eyes CHECK (approver_id IS NULL OR approver_id <> proposer_id),
  ADD CONSTRAINT action_severe_is_approved CHECK (
    state IN ('proposed', 'awaiting_approval', 'rejected') OR approver_id IS NOT NULL
    OR NOT (kind IN ('termination', 'law_enforcement_referral')
            OR (kind = 'suspension' AND (ends_at IS NULL OR ends_at > starts_at + interval '721 hours')
                AND NOT interim))),
  ADD CONSTRAINT action_interim_undecided CHECK (interim = (decision_id IS NULL)),
  ADD CONSTRAINT action_interim_ends CHECK (NOT interim OR ends_at IS NOT NULL),
  ADD CONSTRAINT action_interim_kind CHECK (NOT interim OR kind IN ('feature_restriction', 'suspension')),
  ADD CONSTRAINT action_ends_after_start CHECK (ends_at IS NULL OR starts_at IS NULL OR ends_at > starts_at),
  ADD CONSTRAINT action_restriction_names_features CHECK (kind <> 'feature_restriction' OR cardinality(features) > 0),
  ADD CONSTRAINT action_active_has_start CHECK (state <> 'active' OR starts_at IS NOT NULL),
  ADD CONSTRAINT action_window_needs_informed CHECK (appeal_closes_at IS NULL OR informed_at IS NOT NULL),
  ADD CONSTRAINT action_ended_has_time CHECK (state NOT IN ('expired', 'lifted', 'reversed', 'superseded') OR ended_at IS NOT NULL);
CREATE INDEX action_due ON action (ends_at, id) WHERE state = 'active' AND ends_at IS NOT NULL;
CREATE INDEX action_active_by_account ON action (account_id) WHERE state = 'active';

ALTER TABLE strike
  ADD CONSTRAINT strike_weight_positive CHECK (weight > 0),
  ADD CONSTRAINT strike_expires_later CHECK (expires_at > issued_at);
CREATE INDEX strike_counting ON strike (account_id, expires_at) WHERE voided_at IS NULL;

-- ---------------------------------------------------------------- appeals

CREATE UNIQUE INDEX appeal_one_live_per_action ON appeal (action_id) WHERE state IN ('filed', 'under_review');
CREATE INDEX appeal_due ON appeal (due_at, id) WHERE state IN ('filed', 'under_review');
CREATE INDEX appeal_settled ON appeal (filed_at DESC, id DESC) WHERE state NOT IN ('filed', 'under_review');
CREATE INDEX unmatched_appeal_open ON unmatched_appeal (received_at, id) WHERE settled_at IS NULL;

ALTER TABLE appeal
  ADD CONSTRAINT appeal_ruling_whole CHECK (
    (state IN ('upheld', 'modified', 'overturned', 'inadmissible'))
      = (ruled_by_id IS NOT NULL AND ruled_at IS NOT NULL AND grounds IS NOT NULL));

-- Independence (DOMAIN, rule 3): nobody reviews or rules on a decision they made, proposed or approved.
CREATE FUNCTION appeal_independence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM action a LEFT JOIN decision d ON d.id = a.decision_id
     WHERE a.id = NEW.action_id
       AND (NEW.ruled_by_id IN (a.proposer_id, a.approver_id, d.decider_id, d.approver_id)
            OR NEW.reviewer_id IN (a.proposer_id, a.approver_id, d.decider_id, d.approver_id))
  ) THEN
    RAISE EXCEPTION 'the reviewer of appeal % made or approved the decision', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'appeal_independence';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER appeal_independent BEFORE INSERT OR UPDATE ON appeal
  FOR EACH ROW EXECUTE FUNCTION appeal_independence();

-- ---------------------------------------------------------------- notices

ALTER TABLE notice
  ADD CONSTRAINT notice_handed_over_has_time CHECK (state NOT IN ('handed_over', 'delivered') OR handed_over_at IS NOT NULL);
CREATE INDEX notice_queued ON notice (created_at, id) WHERE state = 'queued';

-- A frozen text stays as it was sent.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: its rows never change', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER statement_frozen BEFORE UPDATE OR DELETE ON statement_of_reasons
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- ------------------------------------------------------------------ audit

INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, sha256('trust-safety-console audit chain'::bytea));
ALTER TABLE audit_head ADD CONSTRAINT audit_head_single CHECK (id = 1);

-- Links each committed entry to the one before it: sha256(previous hash || seq as 8 bytes || id || ':' || body).
-- Deferred to the commit, so the head is locked only then and the order of the chain is the order of commits.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_head%ROWTYPE;
  digest bytea;
BEGIN
  SELECT * INTO STRICT head FROM audit_head WHERE id = 1 FOR UPDATE;
  digest := sha256(head.hash || int8send(head.seq + 1) || convert_to(NEW.id::text || ':' || NEW.body, 'UTF8'));
  INSERT INTO audit_link (seq, entry_id, prev_hash, hash) VALUES (head.seq + 1, NEW.id, head.hash, digest);
  UPDATE audit_head SET seq = head.seq + 1, hash = digest WHERE id = 1;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER audit_chained AFTER INSERT ON audit_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_link_append_only BEFORE UPDATE OR DELETE ON audit_link
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_link_no_truncate BEFORE TRUNCATE ON audit_link EXECUTE FUNCTION refuse_change();

-- ----------------------------------------------------------------- outbox

CREATE INDEX outbox_waiting ON outbox_message (available_at, id) WHERE relayed_at IS NULL;
CREATE INDEX outbox_relayed ON outbox_message (relayed_at) WHERE relayed_at IS NOT NULL;

CREATE FUNCTION announce() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify(TG_TABLE_NAME, '');
  RETURN NULL;
END $$;
CREATE TRIGGER outbox_announced AFTER INSERT ON outbox_message EXECUTE FUNCTION announce();
CREATE TRIGGER test_clock_announced AFTER INSERT OR UPDATE ON test_clock EXECUTE FUNCTION announce();
ALTER TABLE test_clock ADD CONSTRAINT test_clock_forward_only CHECK (id = 1 AND offset_millis >= 0);

-- ----------------------------------------------------------------- grants

-- The application connects as console_app: it can add to the audit trail and read it, nothing else.
DO $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'console_app') THEN
    CREATE ROLE console_app NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
  EXECUTE format('GRANT console_app TO %I', current_user);
EXCEPTION
  WHEN OTHERS THEN RAISE NOTICE 'console_app is not granted to %: %', current_user, SQLERRM;
END $$;
GRANT USAGE ON SCHEMA public TO console_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO console_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO console_app;
REVOKE ALL ON audit_entry, audit_link, audit_head FROM console_app;
GRANT SELECT, INSERT ON audit_entry TO console_app;
GRANT SELECT ON audit_link, audit_head TO console_app;
REVOKE UPDATE, DELETE ON statement_of_reasons FROM console_app;

-- Whoever had a part in what a decision came to does not judge it again (rule of procedure 3): not only who made or approved
-- it, but also who proposed, approved, rejected or lifted a change of what it imposed, or put another measure in its place.
CREATE FUNCTION took_part_in_decision(person uuid, which uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM decision d WHERE d.id = which AND person IN (d.decider_id, d.approver_id))
      OR EXISTS (SELECT FROM approval p WHERE p.decision_id = which AND person IN (p.proposer_id, p.reviewer_id))
      OR EXISTS (SELECT FROM action a WHERE a.decision_id = which
                    AND (person IN (a.proposer_id, a.approver_id) OR (a.state = 'lifted' AND a.ended_by_id = person)))
$$;

CREATE FUNCTION decision_review_independence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF took_part_in_decision(NEW.reviewed_by_id, NEW.id) THEN
    RAISE EXCEPTION 'the reviewer of decision % had a part in it', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_review_independent';
  END IF;
  RETURN NEW;
END $$;
-- Asked when the review ends: what its reviewer does to the measure afterwards does not undo the past.
CREATE TRIGGER decision_reviewer_independent BEFORE UPDATE OF reviewed_by_id ON decision
  FOR EACH ROW WHEN (NEW.reviewed_by_id IS NOT NULL) EXECUTE FUNCTION decision_review_independence();

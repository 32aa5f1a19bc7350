-- Whoever is an account holder already joins nothing by a change of status: they stand on the list, or the list that is being made comes to them, and
-- the version waits for them as for everybody.
CREATE OR REPLACE FUNCTION policy_notice_account_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('active', 'restricted') THEN
    IF OLD.status NOT IN ('active', 'restricted') THEN
      PERFORM policy_notice_join(ARRAY[NEW.id], ARRAY[NEW.platform_id]);
    END IF;
  ELSIF NEW.status IN ('terminated', 'closed') THEN
    UPDATE policy_notice_recipient r SET state = 'dropped', dropped_at = NEW.updated_at, choose_at = NULL, unreachable_at = NULL
      FROM policy_notice_campaign c
     WHERE c.id = r.campaign_id AND c.state IN ('sending', 'paused', 'complete') AND r.account_id = NEW.id AND r.state IN ('waiting', 'unreachable') AND r.settled_at IS NULL;
  END IF;
  RETURN NULL;
END $$;

-- What a mail server answered, and when, stays as it was written down: the proof rests on it.
CREATE FUNCTION policy_notice_message_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what became of message % stays as it was written down', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_notice_message_kept';
END $$;
CREATE TRIGGER policy_notice_message_kept BEFORE UPDATE ON "policy_notice_message" FOR EACH ROW
  WHEN (OLD.state <> 'queued' AND OLD.handed_over_at IS NOT NULL
    AND (OLD.campaign_id, OLD.account_id, OLD.contact_id, OLD.handed_over_at, OLD.smtp_reply) IS DISTINCT FROM (NEW.campaign_id, NEW.account_id, NEW.contact_id, NEW.handed_over_at, NEW.smtp_reply))
  EXECUTE FUNCTION policy_notice_message_kept();

-- The legal reason two people answer for is asked and answered, never deleted: the default privileges had given that too.
REVOKE DELETE ON "policy_shorter_notice" FROM console_app;

-- Platforms hear of signals as of everything else: by a trigger, at commit. Of a shadow nobody hears. What an account holder must not
-- learn of is marked, as it is in the news of actions; contacts, proof and thresholds are left out.
CREATE FUNCTION signal_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(s.platform_id, s.account_id, CASE WHEN s.retracted_at IS NULL THEN 'signal.raised' ELSE 'signal.retracted' END, s.id,
    CASE WHEN s.retracted_at IS NOT NULL THEN s.retracted_at WHEN TG_OP = 'INSERT' THEN s.created_at ELSE coalesce(s.updated_at, s.created_at) END,
    json_build_object('platform', p.key, 'account', a.external_id, 'signal', s.id, 'rule', s.rule, 'ruleVersion', s.rule_version, 'clause', k.code, 'case', c.reference,
      'windowStart', iso_instant(s.window_start), 'windowEnd', iso_instant(s.window_end), 'retractedAt', iso_instant(s.retracted_at),
      'mayTellAccountHolder', NOT EXISTS (SELECT FROM action x WHERE x.account_id = s.account_id AND x.no_tip_off AND x.state <> 'rejected')))
    FROM signal s JOIN account a ON a.id = s.account_id JOIN platform p ON p.id = s.platform_id JOIN clause k ON k.id = s.clause_id LEFT JOIN "case" c ON c.id = s.case_id
   WHERE s.id = NEW.id AND s.mode IN ('signal', 'signal_and_interim');
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER signal_raised_event AFTER INSERT ON signal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.mode IN ('signal', 'signal_and_interim')) EXECUTE FUNCTION signal_event_staged();
CREATE CONSTRAINT TRIGGER signal_moved_event AFTER UPDATE OF retracted_at ON signal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.mode IN ('signal', 'signal_and_interim') AND (OLD.retracted_at IS NULL) <> (NEW.retracted_at IS NULL))
  EXECUTE FUNCTION signal_event_staged();

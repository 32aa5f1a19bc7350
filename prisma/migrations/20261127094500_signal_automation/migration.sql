-- Platforms hear with a signal whether its rule does nothing more, proposes a measure to a person, or lets it take effect by itself.
CREATE OR REPLACE FUNCTION signal_event_staged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stage_event(s.platform_id, s.account_id, CASE WHEN s.retracted_at IS NULL THEN 'signal.raised' ELSE 'signal.retracted' END, s.id,
    CASE WHEN s.retracted_at IS NOT NULL THEN s.retracted_at WHEN TG_OP = 'INSERT' THEN s.created_at ELSE coalesce(s.updated_at, s.created_at) END,
    json_build_object('platform', p.key, 'account', a.external_id, 'signal', s.id, 'rule', s.rule, 'ruleVersion', s.rule_version, 'clause', k.code, 'case', c.reference,
      'windowStart', iso_instant(s.window_start), 'windowEnd', iso_instant(s.window_end), 'retractedAt', iso_instant(s.retracted_at),
      'automation', CASE WHEN s.mode <> 'signal_and_interim' THEN 'none' WHEN EXISTS (
          SELECT FROM rule_automation m WHERE m.platform_id = s.platform_id AND m.rule = s.rule AND m.rule_version = s.rule_version AND m.clause_code = k.code AND m.state = 'on'
            AND m.effective_from <= s.created_at AND m.effective_from < s.window_end) THEN 'acts' ELSE 'proposes' END,
      'mayTellAccountHolder', NOT EXISTS (SELECT FROM action x WHERE x.account_id = s.account_id AND x.no_tip_off AND x.state <> 'rejected')))
    FROM signal s JOIN account a ON a.id = s.account_id JOIN platform p ON p.id = s.platform_id JOIN clause k ON k.id = s.clause_id LEFT JOIN "case" c ON c.id = s.case_id
   WHERE s.id = NEW.id AND s.mode IN ('signal', 'signal_and_interim');
  RETURN NULL;
END $$;

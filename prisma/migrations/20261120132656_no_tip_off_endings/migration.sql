-- "Replaced" tells of what replaced it: the end of a measure that gave way to a decision nobody may tip off about is not
-- for the account holder either.
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
      'startsAt', iso_instant(x.starts_at), 'begunAt', iso_instant(x.begun_at), 'endsAt', iso_instant(x.ends_at), 'endedAt', iso_instant(x.ended_at),
      'mayTellAccountHolder', NOT (x.no_tip_off OR coalesce(s.no_tip_off, false))))
    FROM action x JOIN account a ON a.id = x.account_id JOIN platform p ON p.id = a.platform_id JOIN "case" c ON c.id = x.case_id
    LEFT JOIN action s ON s.id = x.superseded_by_id
   WHERE x.id = NEW.id AND x.kind <> 'law_enforcement_referral' AND x.state NOT IN ('proposed', 'awaiting_approval', 'rejected');
  RETURN NULL;
END $$;

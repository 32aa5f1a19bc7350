-- A mute that is over hides nothing any more: what it had set aside goes to the reports to match.
UPDATE report SET set_aside_by_id = NULL
 WHERE state = 'received' AND set_aside_by_id IN (SELECT id FROM reporter_measure WHERE kind = 'mute' AND state <> 'active');

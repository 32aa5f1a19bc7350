-- What somebody proposed apart from a decision and nobody agreed to is shown to them again.
CREATE INDEX action_interim_returned ON action (proposer_id, created_at) WHERE interim AND state = 'rejected';
CREATE INDEX interim_extension_returned ON interim_extension (proposer_id, answered_at) WHERE state IN ('rejected', 'lapsed');

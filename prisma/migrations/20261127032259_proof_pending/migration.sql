-- Signals whose earlier messages, which their findings rest on, are still to be copied beside them.
ALTER TABLE stream.finding_group ADD COLUMN proof_pending boolean NOT NULL DEFAULT false;
UPDATE stream.finding_group SET proof_pending = true WHERE rule IN ('frequency', 'spacing', 'after_opt_out');
CREATE INDEX finding_group_proof_pending ON stream.finding_group (shard) WHERE proof_pending;

-- Why an appeal could not be heard stands with the ruling, not in the audit trail alone. Rulings from before keep it there.
ALTER TABLE appeal ADD COLUMN inadmissible_reason text;
ALTER TABLE appeal ADD CONSTRAINT appeal_inadmissible_reason_known
  CHECK (inadmissible_reason IS NULL OR (state = 'inadmissible' AND inadmissible_reason IN ('late', 'incomplete', 'repeated', 'other')));

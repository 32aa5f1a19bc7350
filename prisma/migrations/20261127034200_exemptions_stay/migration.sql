-- An exemption is ended, never taken out: who was left alone, and why, stays on record.
REVOKE DELETE ON signal_rule_exemption FROM console_app;

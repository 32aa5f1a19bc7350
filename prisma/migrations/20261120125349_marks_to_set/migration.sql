-- What the sweep of the appeals' clock looks for: an appeal leaves each of these when that mark is set, so that a sweep
-- never passes over what it has marked before.
CREATE INDEX appeal_to_warn ON appeal (due_at, id) WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND warned_at IS NULL;
CREATE INDEX appeal_to_urge ON appeal (due_at, id) WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND urged_at IS NULL;
CREATE INDEX appeal_to_breach ON appeal (due_at, id) WHERE state IN ('filed', 'under_review') AND paused_at IS NULL AND breached_at IS NULL;

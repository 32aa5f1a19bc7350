-- What was posted is ended, never deleted: the default privileges had given that too.
REVOKE DELETE ON policy_posting FROM console_app;

-- A regular expression of PostgreSQL counts to 255 at most: the length is a condition of its own.
ALTER TABLE statement_of_reasons
  DROP CONSTRAINT statement_puid,
  ADD CONSTRAINT statement_puid CHECK (puid ~ '^[a-zA-Z0-9_-]+$' AND length(puid) <= 500);

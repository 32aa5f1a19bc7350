-- An interim measure restricts before anything is decided, so its holder is told why no later than it takes effect (DSA 17(3)):
-- none is active at the end of a transaction without a statement of reasons. What was active before stays as it is.
CREATE FUNCTION interim_has_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM action WHERE id = NEW.id AND interim AND state = 'active')
     AND NOT EXISTS (SELECT FROM statement_of_reasons WHERE action_id = NEW.id) THEN
    RAISE EXCEPTION 'an interim measure takes effect with a statement of reasons'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'interim_has_statement';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER interim_has_statement_added AFTER INSERT ON action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.interim AND NEW.state = 'active') EXECUTE FUNCTION interim_has_statement();
CREATE CONSTRAINT TRIGGER interim_has_statement_begun AFTER UPDATE OF state ON action
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.interim AND NEW.state = 'active' AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION interim_has_statement();

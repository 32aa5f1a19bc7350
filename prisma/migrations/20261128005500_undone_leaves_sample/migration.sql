-- A decision that was taken back before its second look is none to agree with: it leaves the sample. A review that was given stays.
CREATE FUNCTION undone_leaves_sample() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM calibration_sample WHERE decision_id = NEW.id AND state = 'pending';
  RETURN NULL;
END $$;
CREATE TRIGGER undone_leaves_sample AFTER UPDATE OF state ON decision
  FOR EACH ROW WHEN (NEW.state = 'reversed' AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION undone_leaves_sample();
DELETE FROM calibration_sample s USING decision d WHERE d.id = s.decision_id AND d.state = 'reversed' AND s.state = 'pending';

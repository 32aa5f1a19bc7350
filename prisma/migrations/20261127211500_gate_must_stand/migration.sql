-- The same as gate_stands_at for a transaction of several statements, which it ends.
CREATE FUNCTION gate_must_stand_at(number bigint) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF NOT gate_stands_at(number) THEN
    RAISE EXCEPTION 'what was let in on number % is to be asked about anew', number USING ERRCODE = 'TS001';
  END IF;
END $$;

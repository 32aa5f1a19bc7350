-- Whether nothing that the gate, keys or platforms rest on has changed since this number: for a statement that writes on the
-- strength of what a process remembers, which so needs no look at the database of its own. NULL rests on nothing.
CREATE FUNCTION gate_stands_at(number bigint) RETURNS boolean LANGUAGE sql STABLE
  RETURN number IS NULL OR EXISTS (SELECT FROM gate_head WHERE id = 1 AND seq = number AND floor <= number);

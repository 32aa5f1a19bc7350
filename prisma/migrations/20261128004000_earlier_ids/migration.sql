-- Ends a transaction that is about to write ids of which one was taken in this generation, into which nobody writes any more.
CREATE FUNCTION stream.must_be_unknown(known integer, heads bigint[], hashes uuid[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF EXISTS (SELECT FROM unnest(heads, hashes) AS e(head, hash)
              WHERE (SELECT true FROM stream.event_key k WHERE k.generation = known AND k.head = e.head AND k.hash = e.hash LIMIT 1)) THEN
    RAISE EXCEPTION 'an id stands in generation % already', known USING ERRCODE = 'TS002';
  END IF;
END $$;

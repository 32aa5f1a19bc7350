-- Staff search by a number: the one a reporter named as the sender's is found by its keyed hash.
CREATE INDEX report_accused_phone ON report (accused_phone_hash) WHERE accused_phone_hash IS NOT NULL;

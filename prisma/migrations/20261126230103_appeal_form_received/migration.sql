-- AlterTable
ALTER TABLE "unmatched_appeal" ADD COLUMN     "looked_at" TIMESTAMPTZ(3);

-- What came before was looked at when it came.
UPDATE unmatched_appeal SET looked_at = received_at;

-- A person is shown what fits no single action, not what nobody has looked at yet.
DROP INDEX unmatched_appeal_open;
CREATE INDEX unmatched_appeal_open ON unmatched_appeal (received_at, id) WHERE settled_at IS NULL AND looked_at IS NOT NULL;

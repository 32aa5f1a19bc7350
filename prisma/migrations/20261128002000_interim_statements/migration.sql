-- An interim measure rests on a clause too: the one that seems to be broken, in the version in force when it happened.
ALTER TABLE "action" ADD COLUMN     "conduct_at" TIMESTAMPTZ(3),
ADD COLUMN     "ground_clause_id" UUID;
ALTER TABLE "action" ADD CONSTRAINT "action_ground_clause_id_fkey" FOREIGN KEY ("ground_clause_id") REFERENCES "clause"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE action ADD CONSTRAINT action_ground CHECK ((ground_clause_id IS NULL) = (conduct_at IS NULL) AND (ground_clause_id IS NULL OR interim));

-- An interim measure that lasts longer has a statement for that: its own, and one for each time it was extended.
ALTER TABLE "statement_of_reasons" ADD COLUMN     "extension_id" UUID;
DROP INDEX "statement_of_reasons_action_id_key";
CREATE INDEX "statement_of_reasons_action_id_idx" ON "statement_of_reasons"("action_id");
CREATE UNIQUE INDEX "statement_of_reasons_extension_id_key" ON "statement_of_reasons"("extension_id");
ALTER TABLE "statement_of_reasons" ADD CONSTRAINT "statement_of_reasons_extension_id_fkey" FOREIGN KEY ("extension_id") REFERENCES "interim_extension"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE UNIQUE INDEX statement_of_action ON statement_of_reasons (action_id) WHERE extension_id IS NULL;
ALTER TABLE statement_of_reasons ADD CONSTRAINT statement_of_extension CHECK (extension_id IS NULL OR (decision_id IS NULL AND action_id IS NOT NULL));

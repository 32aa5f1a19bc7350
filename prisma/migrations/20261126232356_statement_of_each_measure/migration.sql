-- A decision has as many statements as it has had measures: its own, and one for each that took another's place.
DROP INDEX "statement_of_reasons_decision_id_key";

-- AlterTable
ALTER TABLE "statement_of_reasons" ADD COLUMN     "action_id" UUID,
ADD COLUMN     "replaces_id" UUID;

-- AlterTable
ALTER TABLE "statement_publication" ADD COLUMN     "undone_as" TEXT;

-- CreateIndex
CREATE INDEX "statement_of_reasons_decision_id_idx" ON "statement_of_reasons"("decision_id");

-- CreateIndex
CREATE UNIQUE INDEX "statement_of_reasons_action_id_key" ON "statement_of_reasons"("action_id");

-- CreateIndex
CREATE UNIQUE INDEX "statement_of_reasons_replaces_id_key" ON "statement_of_reasons"("replaces_id");

-- AddForeignKey
ALTER TABLE "statement_of_reasons" ADD CONSTRAINT "statement_of_reasons_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "statement_of_reasons" ADD CONSTRAINT "statement_of_reasons_replaces_id_fkey" FOREIGN KEY ("replaces_id") REFERENCES "statement_of_reasons"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE UNIQUE INDEX statement_of_decision ON statement_of_reasons (decision_id) WHERE action_id IS NULL;
ALTER TABLE statement_of_reasons
  ADD CONSTRAINT statement_in_place CHECK ((action_id IS NULL) = (replaces_id IS NULL) AND replaces_id <> id);

-- What was exported stays as it was handed over; that its decision was undone since can still be noted beside it.
CREATE OR REPLACE FUNCTION publication_exported_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.batch_id IS NOT NULL AND (TG_OP = 'DELETE' OR to_jsonb(NEW) - 'undone_as' <> to_jsonb(OLD) - 'undone_as') THEN
    RAISE EXCEPTION 'statement % was exported: its publication never changes', OLD.statement_id
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'publication_exported_once';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

UPDATE statement_publication p SET undone_as = d.state::text
  FROM statement_of_reasons s JOIN decision d ON d.id = s.decision_id
 WHERE s.id = p.statement_id AND d.state IN ('reversed', 'modified');
ALTER TABLE statement_publication ADD CONSTRAINT publication_undone CHECK (undone_as IN ('reversed', 'modified'));

-- Whoever undoes a decision undoes every statement it has by then; the statement of what a ruling puts in its place comes after.
CREATE FUNCTION note_undone_statements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE statement_publication p SET undone_as = NEW.state::text
    FROM statement_of_reasons s
   WHERE s.id = p.statement_id AND s.decision_id = NEW.id AND p.undone_as IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER note_undone_statements AFTER UPDATE OF state ON decision
  FOR EACH ROW WHEN (NEW.state IN ('reversed', 'modified')) EXECUTE FUNCTION note_undone_statements();

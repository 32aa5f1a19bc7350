-- Writing, reviewing and publishing versions of a policy (CF-AUP 9; DOMAIN, rule 2).
-- AlterTable
ALTER TABLE "clause_version" ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "edited_by_id" UUID,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "policy_version" ADD COLUMN     "based_on_id" UUID,
ADD COLUMN     "content_hash" TEXT,
ADD COLUMN     "details_revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "edited_at" TIMESTAMPTZ(3),
ADD COLUMN     "edited_by_id" UUID,
ADD COLUMN     "material_reason" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "published_at" TIMESTAMPTZ(3),
ADD COLUMN     "review_note" TEXT,
ADD COLUMN     "revision" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "submitted_at" TIMESTAMPTZ(3),
ADD COLUMN     "summary_es" TEXT;

-- CreateTable
CREATE TABLE "policy_version_editor" (
    "policy_version_id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_version_editor_pkey" PRIMARY KEY ("policy_version_id","staff_id")
);

-- CreateTable
CREATE TABLE "policy_posting" (
    "id" UUID NOT NULL,
    "policy_version_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "posted_at" TIMESTAMPTZ(3) NOT NULL,
    "posted_by_id" UUID NOT NULL,
    "effective_on" DATE NOT NULL,
    "material" BOOLEAN NOT NULL,
    "summary" TEXT NOT NULL,
    "summary_es" TEXT,
    "content_hash" TEXT NOT NULL,
    "content" JSONB NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_how" TEXT,
    "ended_note" TEXT,

    CONSTRAINT "policy_posting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "policy_posting_policy_version_id_posted_at_idx" ON "policy_posting"("policy_version_id", "posted_at" DESC);

-- AddForeignKey
ALTER TABLE "policy_version" ADD CONSTRAINT "policy_version_based_on_id_fkey" FOREIGN KEY ("based_on_id") REFERENCES "policy_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_version_editor" ADD CONSTRAINT "policy_version_editor_policy_version_id_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "policy_version"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_posting" ADD CONSTRAINT "policy_posting_policy_version_id_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "policy_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

GRANT SELECT, INSERT, UPDATE, DELETE ON policy_version_editor TO console_app;
GRANT SELECT, INSERT, UPDATE ON policy_posting TO console_app;

-- One text at a time is on its way to being in force, so that what is announced and what comes next are one.
CREATE UNIQUE INDEX policy_version_one_upcoming ON policy_version (policy_id) WHERE state IN ('draft', 'in_review', 'scheduled');
CREATE INDEX policy_version_due ON policy_version (effective_from, id) WHERE state = 'scheduled';
CREATE UNIQUE INDEX policy_posting_one_standing ON policy_posting (policy_version_id) WHERE ended_at IS NULL;

ALTER TABLE policy_version
  ADD CONSTRAINT policy_version_draft_is_open CHECK (state <> 'draft' OR (content_hash IS NULL AND published_by_id IS NULL AND effective_from IS NULL)),
  ADD CONSTRAINT policy_version_handed_in CHECK (state NOT IN ('in_review', 'scheduled') OR (content_hash IS NOT NULL AND proposed_by_id IS NOT NULL AND submitted_at IS NOT NULL)),
  ADD CONSTRAINT policy_version_scheduled_by_two CHECK (state <> 'scheduled' OR (published_by_id IS NOT NULL AND published_at IS NOT NULL AND effective_from IS NOT NULL)),
  ADD CONSTRAINT policy_version_sha256 CHECK (content_hash ~ '^[0-9a-f]{64}$');
ALTER TABLE policy_posting
  ADD CONSTRAINT policy_posting_ended CHECK ((ended_at IS NULL) = (ended_how IS NULL)),
  ADD CONSTRAINT policy_posting_ended_how CHECK (ended_how IN ('called_off', 'moved'));

-- What two people agreed to is what comes into force: from handing in on nothing of the text changes, and nobody who wrote on it publishes it.
CREATE FUNCTION policy_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.content_hash IS NOT NULL AND NEW.content_hash IS NOT NULL
     AND (OLD.policy_id, OLD.number, OLD.material, OLD.material_reason, OLD.summary, OLD.summary_es, OLD.based_on_id, OLD.content_hash, OLD.proposed_by_id)
         IS DISTINCT FROM (NEW.policy_id, NEW.number, NEW.material, NEW.material_reason, NEW.summary, NEW.summary_es, NEW.based_on_id, NEW.content_hash, NEW.proposed_by_id) THEN
    RAISE EXCEPTION 'policy version % was handed in and cannot change', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_frozen';
  END IF;
  IF OLD.content_hash IS NOT NULL AND NEW.content_hash IS NULL AND NEW.state <> 'draft' THEN
    RAISE EXCEPTION 'policy version % keeps the hash it was handed in with', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_frozen';
  END IF;
  IF NEW.published_by_id IS NOT NULL AND EXISTS (SELECT 1 FROM policy_version_editor e WHERE e.policy_version_id = NEW.id AND e.staff_id = NEW.published_by_id) THEN
    RAISE EXCEPTION 'whoever wrote on policy version % cannot publish it', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_independent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_guard BEFORE UPDATE ON policy_version FOR EACH ROW EXECUTE FUNCTION policy_version_guard();

CREATE FUNCTION policy_version_editor_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE publisher uuid;
BEGIN
  SELECT published_by_id INTO publisher FROM policy_version WHERE id = NEW.policy_version_id FOR SHARE;
  IF publisher = NEW.staff_id THEN
    RAISE EXCEPTION 'whoever published policy version % did not write on it', NEW.policy_version_id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_independent';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_editor_guard BEFORE INSERT OR UPDATE ON policy_version_editor FOR EACH ROW EXECUTE FUNCTION policy_version_editor_guard();

CREATE FUNCTION clause_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE versions uuid[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.policy_version_id] WHEN 'DELETE' THEN ARRAY[OLD.policy_version_id] ELSE ARRAY[OLD.policy_version_id, NEW.policy_version_id] END;
BEGIN
  PERFORM 1 FROM policy_version WHERE id = ANY (versions) AND content_hash IS NOT NULL FOR SHARE;
  IF FOUND THEN
    RAISE EXCEPTION 'a clause of a policy version that was handed in cannot change' USING ERRCODE = 'check_violation', CONSTRAINT = 'clause_version_frozen';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER clause_version_guard BEFORE INSERT OR UPDATE OR DELETE ON clause_version FOR EACH ROW EXECUTE FUNCTION clause_version_guard();

CREATE FUNCTION policy_posting_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL OR (to_jsonb(OLD) - ARRAY['ended_at', 'ended_how', 'ended_note']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['ended_at', 'ended_how', 'ended_note']) THEN
    RAISE EXCEPTION 'what was posted stays as it was posted' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_posting_frozen';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_posting_guard BEFORE UPDATE ON policy_posting FOR EACH ROW EXECUTE FUNCTION policy_posting_guard();

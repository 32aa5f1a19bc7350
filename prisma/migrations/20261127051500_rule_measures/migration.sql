-- AlterTable
ALTER TABLE "signal" ADD COLUMN     "measure_due" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "signal_rule_version" ADD COLUMN     "interim_days" INTEGER,
ADD COLUMN     "interim_features" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "statement_of_reasons" ALTER COLUMN "decision_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "rule_automation" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "clause_code" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_by_id" UUID,
    "confirmed_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "ended_at" TIMESTAMPTZ(3),
    "ended_reason" TEXT,

    CONSTRAINT "rule_automation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rule_measure" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "signal_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "rule_version" INTEGER NOT NULL,
    "features" TEXT[],
    "days" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "automation_id" UUID,
    "action_id" UUID,
    "answered_by_id" UUID,
    "answered_at" TIMESTAMPTZ(3),
    "answer_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rule_measure_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "rule_automation_platform_id_rule_asked_at_idx" ON "rule_automation"("platform_id", "rule", "asked_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "rule_measure_signal_id_key" ON "rule_measure"("signal_id");

-- CreateIndex
CREATE UNIQUE INDEX "rule_measure_action_id_key" ON "rule_measure"("action_id");

-- CreateIndex
CREATE INDEX "rule_measure_case_id_created_at_idx" ON "rule_measure"("case_id", "created_at" DESC);

-- CreateIndex
CREATE INDEX "rule_measure_automation_id_idx" ON "rule_measure"("automation_id");

-- AddForeignKey
ALTER TABLE "rule_automation" ADD CONSTRAINT "rule_automation_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_measure" ADD CONSTRAINT "rule_measure_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_measure" ADD CONSTRAINT "rule_measure_case_id_fkey" FOREIGN KEY ("case_id") REFERENCES "case"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_measure" ADD CONSTRAINT "rule_measure_signal_id_fkey" FOREIGN KEY ("signal_id") REFERENCES "signal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_measure" ADD CONSTRAINT "rule_measure_action_id_fkey" FOREIGN KEY ("action_id") REFERENCES "action"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rule_measure" ADD CONSTRAINT "rule_measure_automation_id_fkey" FOREIGN KEY ("automation_id") REFERENCES "rule_automation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What a rule proposes stands with the version that proposes it. Versions older than this have no measure and propose nothing.
ALTER TABLE signal_rule_version ADD CONSTRAINT signal_rule_version_measure
  CHECK ((mode = 'signal_and_interim') = (interim_days IS NOT NULL AND cardinality(interim_features) > 0)) NOT VALID;
ALTER TABLE signal_rule_version ADD CONSTRAINT signal_rule_version_interim_days CHECK (interim_days BETWEEN 1 AND 30);

-- What follows for measures is looked at whenever a signal of such a rule comes to a case or is taken back, whoever moved it.
CREATE FUNCTION signal_measure_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.measure_due := true;
  RETURN NEW;
END $$;
CREATE TRIGGER signal_measure_due BEFORE UPDATE OF case_id, retracted_at ON signal FOR EACH ROW
  WHEN (NEW.mode = 'signal_and_interim' AND NEW.case_id IS NOT NULL AND (OLD.case_id IS DISTINCT FROM NEW.case_id OR OLD.retracted_at IS DISTINCT FROM NEW.retracted_at))
  EXECUTE FUNCTION signal_measure_due();
CREATE INDEX signal_measure_due ON signal (created_at, id) WHERE measure_due;

ALTER TABLE rule_automation
  ADD CONSTRAINT rule_automation_state CHECK (state IN ('asked', 'on', 'rejected', 'withdrawn', 'lapsed', 'off')),
  ADD CONSTRAINT rule_automation_four_eyes CHECK (confirmed_by_id <> asked_by_id),
  ADD CONSTRAINT rule_automation_confirmed CHECK ((state IN ('on', 'off')) = (confirmed_by_id IS NOT NULL) AND (confirmed_by_id IS NULL) = (confirmed_at IS NULL)),
  ADD CONSTRAINT rule_automation_ahead CHECK (confirmed_at IS NULL OR effective_from >= confirmed_at),
  ADD CONSTRAINT rule_automation_ended CHECK ((state IN ('asked', 'on')) = (ended_at IS NULL));
CREATE UNIQUE INDEX rule_automation_one ON rule_automation (platform_id, rule) WHERE state IN ('asked', 'on');
CREATE INDEX rule_automation_asked ON rule_automation (expires_at) WHERE state = 'asked';

ALTER TABLE rule_measure
  ADD CONSTRAINT rule_measure_state CHECK (state IN ('waiting', 'accepted', 'refused', 'retracted', 'lapsed', 'overtaken')),
  ADD CONSTRAINT rule_measure_days CHECK (days BETWEEN 1 AND 30 AND cardinality(features) > 0),
  ADD CONSTRAINT rule_measure_answered CHECK ((state = 'waiting') = (answered_at IS NULL)),
  ADD CONSTRAINT rule_measure_taken CHECK (state <> 'accepted' OR action_id IS NOT NULL),
  ADD CONSTRAINT rule_measure_by CHECK ((state IN ('accepted', 'refused')) <= (answered_by_id IS NOT NULL OR automation_id IS NOT NULL));
-- Once for each case and rule at a time.
CREATE UNIQUE INDEX rule_measure_waiting ON rule_measure (case_id, rule) WHERE state = 'waiting';
CREATE INDEX rule_measure_due ON rule_measure (expires_at, id) WHERE state = 'waiting';

-- A rule restricts nobody by itself unless two people switched that on for this very rule, version and clause (CF-AUP 7.1; DOMAIN, rule 2).
CREATE FUNCTION rule_measure_by_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM rule_automation m
      JOIN signal s ON s.id = NEW.signal_id
      JOIN clause c ON c.id = s.clause_id
     WHERE m.id = NEW.automation_id AND m.state = 'on' AND m.effective_from <= NEW.created_at
       AND m.platform_id = NEW.platform_id AND m.rule = NEW.rule AND m.rule_version = NEW.rule_version AND m.clause_code = c.code
       AND s.retracted_at IS NULL AND s.mode = 'signal_and_interim' FOR SHARE OF m
  ) THEN
    RAISE EXCEPTION 'nobody switched on that rule % takes measures by itself', NEW.rule
      USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_measure_by_itself';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_measure_by_itself BEFORE INSERT ON rule_measure
  FOR EACH ROW WHEN (NEW.automation_id IS NOT NULL) EXECUTE FUNCTION rule_measure_by_itself();
CREATE FUNCTION rule_measure_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - ARRAY['state', 'action_id', 'answered_by_id', 'answered_at', 'answer_reason', 'case_id'])
     <> (to_jsonb(OLD) - ARRAY['state', 'action_id', 'answered_by_id', 'answered_at', 'answer_reason', 'case_id'])
     OR (OLD.state <> 'waiting' AND NOT (OLD.state = 'accepted' AND NEW.state = 'retracted')) THEN
    RAISE EXCEPTION 'what a rule proposed, and how it was answered, never changes'
      USING ERRCODE = 'restrict_violation', CONSTRAINT = 'rule_measure_kept';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_measure_kept BEFORE UPDATE ON rule_measure FOR EACH ROW EXECUTE FUNCTION rule_measure_kept();

GRANT SELECT, INSERT, UPDATE ON rule_automation, rule_measure TO console_app;

-- An interim measure that rests on a rule's finding has a statement of its own before there is a decision.
ALTER TABLE statement_of_reasons DROP CONSTRAINT statement_in_place;
ALTER TABLE statement_of_reasons
  ADD CONSTRAINT statement_in_place CHECK (replaces_id <> id AND CASE WHEN decision_id IS NULL THEN action_id IS NOT NULL ELSE (action_id IS NULL) = (replaces_id IS NULL) END);
CREATE FUNCTION note_undone_interim_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A decision that takes its place undoes nothing; a milder measure that a ruling puts there does.
  IF NEW.state = 'superseded' AND NOT EXISTS (SELECT FROM action n WHERE n.id = NEW.superseded_by_id AND n.interim) THEN RETURN NULL; END IF;
  UPDATE statement_publication p SET undone_as = CASE NEW.state WHEN 'reversed' THEN 'reversed' ELSE 'modified' END
    FROM statement_of_reasons s
   WHERE s.id = p.statement_id AND s.action_id = NEW.id AND s.decision_id IS NULL AND p.undone_as IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER note_undone_interim_statement AFTER UPDATE OF state ON action
  FOR EACH ROW WHEN (NEW.interim AND (NEW.state IN ('reversed', 'superseded')))
  EXECUTE FUNCTION note_undone_interim_statement();

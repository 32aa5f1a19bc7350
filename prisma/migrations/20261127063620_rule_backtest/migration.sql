-- A change of a rule tried over stored events: what it would have found beside what the present rule finds and what was found.
CREATE TYPE "rule_backtest_state" AS ENUM ('running', 'finished', 'cancelled', 'failed');
CREATE TYPE "rule_backtest_change" AS ENUM ('appears', 'vanishes', 'stays', 'fired_only');
CREATE TYPE "rule_backtest_verdict" AS ENUM ('breach', 'overturned', 'no_breach', 'undecided');

CREATE TABLE "rule_backtest" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "state" "rule_backtest_state" NOT NULL DEFAULT 'running',
    "version" INTEGER,
    "present_version" INTEGER NOT NULL,
    "present" JSONB NOT NULL,
    "candidate" JSONB NOT NULL,
    "zone" TEXT NOT NULL,
    "span_from" TIMESTAMPTZ(3) NOT NULL,
    "span_to" TIMESTAMPTZ(3) NOT NULL,
    "read_from" TIMESTAMPTZ(3) NOT NULL,
    "shards_done" INTEGER NOT NULL DEFAULT 0,
    "progress" INTEGER NOT NULL DEFAULT 0,
    "progress_of" INTEGER NOT NULL,
    "events" BIGINT NOT NULL DEFAULT 0,
    "totals" JSONB NOT NULL,
    "accounts_kept" INTEGER NOT NULL DEFAULT 0,
    "started_by_id" UUID NOT NULL,
    "cancelled_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "progress_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "rule_backtest_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "rule_backtest_account" (
    "backtest_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "change" "rule_backtest_change" NOT NULL,
    "weight" INTEGER NOT NULL,
    "present_signals" INTEGER NOT NULL,
    "present_findings" INTEGER NOT NULL,
    "candidate_signals" INTEGER NOT NULL,
    "candidate_findings" INTEGER NOT NULL,
    "fired_signals" INTEGER NOT NULL,
    "verdict" "rule_backtest_verdict" NOT NULL,
    "decision_id" UUID,

    CONSTRAINT "rule_backtest_account_pkey" PRIMARY KEY ("backtest_id","account_id")
);

CREATE INDEX "rule_backtest_platform_id_rule_created_at_idx" ON "rule_backtest"("platform_id", "rule", "created_at" DESC);
CREATE INDEX "rule_backtest_account_backtest_id_change_weight_account_id_idx" ON "rule_backtest_account"("backtest_id", "change", "weight" DESC, "account_id");
CREATE INDEX "rule_backtest_account_account_id_idx" ON "rule_backtest_account"("account_id");
ALTER TABLE "rule_backtest" ADD CONSTRAINT "rule_backtest_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "rule_backtest_account" ADD CONSTRAINT "rule_backtest_account_backtest_id_fkey" FOREIGN KEY ("backtest_id") REFERENCES "rule_backtest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "rule_backtest_account" ADD CONSTRAINT "rule_backtest_account_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Which back-test a version was tried by before it was set.
ALTER TABLE "signal_rule_version" ADD COLUMN "backtest_id" UUID;
ALTER TABLE "signal_rule_version" ADD CONSTRAINT "signal_rule_version_backtest_id_fkey" FOREIGN KEY ("backtest_id") REFERENCES "rule_backtest"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE rule_backtest ADD CONSTRAINT rule_backtest_span CHECK (read_from <= span_from AND span_from < span_to AND span_to <= created_at);
ALTER TABLE rule_backtest ADD CONSTRAINT rule_backtest_ended CHECK ((state = 'running') = (ended_at IS NULL) AND (state = 'cancelled') = (cancelled_by_id IS NOT NULL));
-- One at a time on a platform.
CREATE UNIQUE INDEX rule_backtest_one_running ON rule_backtest (platform_id) WHERE state = 'running';

-- What was asked stands from the beginning, and everything from the end on.
CREATE FUNCTION rule_backtest_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'running' OR
     (NEW.id, NEW.platform_id, NEW.rule, NEW.version, NEW.present_version, NEW.present, NEW.candidate, NEW.zone, NEW.span_from, NEW.span_to, NEW.read_from, NEW.progress_of, NEW.started_by_id, NEW.created_at)
     IS DISTINCT FROM
     (OLD.id, OLD.platform_id, OLD.rule, OLD.version, OLD.present_version, OLD.present, OLD.candidate, OLD.zone, OLD.span_from, OLD.span_to, OLD.read_from, OLD.progress_of, OLD.started_by_id, OLD.created_at) THEN
    RAISE EXCEPTION 'a back-test keeps what was asked, and its result once it has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_backtest_keeps';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_backtest_keeps BEFORE UPDATE ON rule_backtest FOR EACH ROW EXECUTE FUNCTION rule_backtest_keeps();

CREATE FUNCTION rule_backtest_account_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT state FROM rule_backtest WHERE id = NEW.backtest_id) IS DISTINCT FROM 'running' THEN
    RAISE EXCEPTION 'a back-test that has ended finds nothing more' USING ERRCODE = 'check_violation', CONSTRAINT = 'rule_backtest_account_in_time';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rule_backtest_account_in_time BEFORE INSERT ON rule_backtest_account FOR EACH ROW EXECUTE FUNCTION rule_backtest_account_in_time();
CREATE TRIGGER rule_backtest_account_stays BEFORE UPDATE ON rule_backtest_account FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE DELETE ON rule_backtest FROM console_app;
REVOKE UPDATE, DELETE ON rule_backtest_account FROM console_app;

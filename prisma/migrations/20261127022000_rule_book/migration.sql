-- What staff set about the detection rules. The catalogue's own version of a rule is number 1 and no row.
ALTER TABLE "platform" ADD COLUMN "rules_revision" INTEGER NOT NULL DEFAULT 0;

CREATE TABLE "signal_rule_version" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "mode" "rule_mode" NOT NULL,
    "parameters" JSONB NOT NULL,
    "effective_from" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "automated_clause" TEXT,
    "set_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "signal_rule_version_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "signal_rule_exemption" (
    "id" UUID NOT NULL,
    "platform_id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "rule" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "set_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "ended_by_id" UUID,
    "ended_reason" TEXT,

    CONSTRAINT "signal_rule_exemption_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "signal_rule_version_platform_id_rule_version_key" ON "signal_rule_version"("platform_id", "rule", "version");
CREATE INDEX "signal_rule_exemption_platform_id_created_at_idx" ON "signal_rule_exemption"("platform_id", "created_at" DESC);
CREATE INDEX "signal_rule_exemption_account_id_idx" ON "signal_rule_exemption"("account_id");
ALTER TABLE "signal_rule_version" ADD CONSTRAINT "signal_rule_version_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "signal_rule_exemption" ADD CONSTRAINT "signal_rule_exemption_platform_id_fkey" FOREIGN KEY ("platform_id") REFERENCES "platform"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "signal_rule_exemption" ADD CONSTRAINT "signal_rule_exemption_account_id_fkey" FOREIGN KEY ("account_id") REFERENCES "account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Nobody is measured by a limit that came later.
ALTER TABLE signal_rule_version ADD CONSTRAINT signal_rule_version_not_back_in_time CHECK (effective_from >= created_at AND version >= 2);
-- No rule measures anybody by itself unless a person switched that on for a clause.
ALTER TABLE signal_rule_version ADD CONSTRAINT signal_rule_version_automation_confirmed CHECK ((mode = 'signal_and_interim') = (automated_clause IS NOT NULL));
CREATE TRIGGER signal_rule_version_append_only BEFORE UPDATE OR DELETE ON signal_rule_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE ON signal_rule_version FROM console_app;

ALTER TABLE signal_rule_exemption ADD CONSTRAINT signal_rule_exemption_span CHECK (starts_at >= created_at AND until > starts_at);
ALTER TABLE signal_rule_exemption ADD CONSTRAINT signal_rule_exemption_ended_whole
  CHECK ((ended_at IS NULL) = (ended_by_id IS NULL) AND (ended_at IS NULL) = (ended_reason IS NULL) AND ended_at >= created_at);
-- Only its end is written to it later, once.
CREATE FUNCTION signal_rule_exemption_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL OR (NEW.id, NEW.platform_id, NEW.account_id, NEW.rule, NEW.starts_at, NEW.until, NEW.reason, NEW.set_by_id, NEW.created_at)
     IS DISTINCT FROM (OLD.id, OLD.platform_id, OLD.account_id, OLD.rule, OLD.starts_at, OLD.until, OLD.reason, OLD.set_by_id, OLD.created_at) THEN
    RAISE EXCEPTION 'an exemption can only be ended, once' USING ERRCODE = 'check_violation', CONSTRAINT = 'signal_rule_exemption_keeps';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signal_rule_exemption_keeps BEFORE UPDATE ON signal_rule_exemption FOR EACH ROW EXECUTE FUNCTION signal_rule_exemption_keeps();
GRANT SELECT, INSERT ON signal_rule_version TO console_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON signal_rule_exemption TO console_app;

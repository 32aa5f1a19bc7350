-- When a version takes effect, when it may not, and who answers for less time than the policy promises (CF-AUP 9).
-- AlterEnum
ALTER TYPE "notice_kind" ADD VALUE 'policy_held';

-- CreateTable
CREATE TABLE "policy_shorter_notice" (
    "id" UUID NOT NULL,
    "policy_version_id" UUID NOT NULL,
    "content_hash" TEXT NOT NULL,
    "effective_day" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'asked',
    "asked_by_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "answered_by_id" UUID,
    "answered_at" TIMESTAMPTZ(3),
    "answer" TEXT,

    CONSTRAINT "policy_shorter_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "policy_shorter_notice_policy_version_id_asked_at_idx" ON "policy_shorter_notice"("policy_version_id", "asked_at");

-- AddForeignKey
ALTER TABLE "policy_shorter_notice" ADD CONSTRAINT "policy_shorter_notice_policy_version_id_fkey" FOREIGN KEY ("policy_version_id") REFERENCES "policy_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "policy_notice_campaign"
  ADD CONSTRAINT "policy_notice_campaign_held" CHECK (("held_since" IS NULL) = ("held_reason" IS NULL) AND "held_reason" IN ('no_campaign', 'not_everybody_told', 'told_too_late'));

ALTER TABLE "policy_shorter_notice"
  ADD CONSTRAINT "policy_shorter_notice_state" CHECK ("state" IN ('asked', 'agreed', 'refused', 'withdrawn')),
  ADD CONSTRAINT "policy_shorter_notice_answered" CHECK (("state" = 'asked') = ("answered_by_id" IS NULL) AND ("answered_by_id" IS NULL) = ("answered_at" IS NULL)),
  ADD CONSTRAINT "policy_shorter_notice_four_eyes" CHECK ("state" NOT IN ('agreed', 'refused') OR "answered_by_id" <> "asked_by_id"),
  ADD CONSTRAINT "policy_shorter_notice_withdrawn" CHECK ("state" <> 'withdrawn' OR "answered_by_id" = "asked_by_id");
CREATE UNIQUE INDEX "policy_shorter_notice_one_open" ON "policy_shorter_notice" ("policy_version_id") WHERE "state" = 'asked';
GRANT SELECT, INSERT, UPDATE ON "policy_shorter_notice" TO console_app;

CREATE FUNCTION policy_shorter_notice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'asked' OR (to_jsonb(OLD) - ARRAY['state', 'answered_by_id', 'answered_at', 'answer']) IS DISTINCT FROM (to_jsonb(NEW) - ARRAY['state', 'answered_by_id', 'answered_at', 'answer']) THEN
    RAISE EXCEPTION 'a legal reason stays as it was given and answered' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_shorter_notice_frozen';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_shorter_notice_guard BEFORE UPDATE ON "policy_shorter_notice" FOR EACH ROW EXECUTE FUNCTION policy_shorter_notice_guard();

-- No way leads around the notice: a material version comes into force when everybody of its audience was told the promised time before, or two people
-- answer for a legal reason. Joiners are told on joining and count no further.
CREATE FUNCTION policy_version_notice_given() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  platform record; campaign record; told timestamptz; open bigint; begins date;
BEGIN
  SELECT c.id, c.law_agreed_by_id IS NOT NULL AS by_law INTO campaign FROM policy_notice_campaign c WHERE c.policy_version_id = NEW.id AND c.state IN ('sending', 'paused', 'complete');
  IF campaign.by_law THEN
    RETURN NEW;
  END IF;
  SELECT p.zone, p.policy_notice_lead_days AS lead INTO platform FROM policy y JOIN platform p ON p.id = y.platform_id WHERE y.id = NEW.policy_id;
  begins := (NEW.effective_from AT TIME ZONE platform.zone)::date;
  SELECT count(*) FILTER (WHERE r.state IN ('waiting', 'unreachable') AND r.settled_at IS NULL), max(coalesce(r.notified_at, r.told_at)) FILTER (WHERE r.state <> 'dropped')
    INTO open, told FROM policy_notice_recipient r WHERE r.campaign_id = campaign.id AND r.joined_at IS NULL;
  IF campaign.id IS NULL OR NOT EXISTS (SELECT FROM policy_notice_campaign c WHERE c.id = campaign.id AND c.staged_at IS NOT NULL) THEN
    RAISE EXCEPTION 'nobody was told of policy version %', NEW.id USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_notice_given';
  END IF;
  IF open > 0 OR NEW.effective_from < told + make_interval(hours => 24 * platform.lead) OR begins < (told AT TIME ZONE platform.zone)::date + platform.lead + 1 THEN
    RAISE EXCEPTION 'policy version % cannot take effect on its day: % account holders were not told, the last one at %', NEW.id, open, told USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_version_notice_given';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER policy_version_notice_given BEFORE UPDATE OF state ON "policy_version" FOR EACH ROW
  WHEN (NEW.state = 'in_force' AND OLD.state <> 'in_force' AND NEW.material) EXECUTE FUNCTION policy_version_notice_given();

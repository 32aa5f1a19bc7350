-- AlterTable
ALTER TABLE "clause_version" ADD COLUMN     "title_es" TEXT;

-- AlterTable
ALTER TABLE "feature" ADD COLUMN     "includes" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "name_es" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "retired_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "ladder" ADD COLUMN     "cancel_reason" TEXT,
ADD COLUMN     "cancelled_at" TIMESTAMPTZ(3),
ADD COLUMN     "cancelled_by_id" UUID,
ADD COLUMN     "created_by_id" UUID,
ADD COLUMN     "order_reason" TEXT,
ADD COLUMN     "reason" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "platform" ADD COLUMN     "four_eyes_kinds" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- --------------------------------------------------------------- features

-- Rows that wait for a constraint's check until the commit would hold up the ALTERs below.
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE feature SET includes = ARRAY['marketing_messages', 'template_messages'] WHERE code = 'all_messages';
UPDATE feature SET name_es = spanish.name
  FROM (VALUES ('marketing_messages', 'mensajes de marketing'), ('template_messages', 'mensajes con plantilla'), ('all_messages', 'todos los mensajes'),
               ('new_numbers', 'alta de números de teléfono'), ('chatbot', 'chatbot'), ('api_access', 'acceso a la API'),
               ('contact_import', 'importación de contactos'), ('voice_calls', 'llamadas de voz'), ('ai_agents', 'agentes de IA'),
               ('ai_voice_agent', 'agente de voz con IA')) AS spanish (code, name)
 WHERE feature.code = spanish.code;
ALTER TABLE feature
  ADD CONSTRAINT feature_code_plain CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
  ADD CONSTRAINT feature_not_in_itself CHECK (NOT code = ANY (includes));

-- ---------------------------------------------------------------- ladders

ALTER TABLE ladder
  ADD CONSTRAINT ladder_strike_bounds CHECK (strike_weight BETWEEN 1 AND 10 AND strike_expiry_days BETWEEN 1 AND 3650),
  ADD CONSTRAINT ladder_cancelled_whole CHECK ((cancelled_at IS NULL) = (cancelled_by_id IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL));

-- Decisions name the version they climbed, so a version stays as it was saved; it can only be called off.
CREATE FUNCTION ladder_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(OLD) - 'cancelled_at' - 'cancelled_by_id' - 'cancel_reason' IS DISTINCT FROM to_jsonb(NEW) - 'cancelled_at' - 'cancelled_by_id' - 'cancel_reason'
     OR OLD.cancelled_at IS NOT NULL THEN
    RAISE EXCEPTION 'version % of a ladder stays as it was saved', OLD.version USING ERRCODE = 'check_violation', CONSTRAINT = 'ladder_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ladder_frozen BEFORE UPDATE ON ladder FOR EACH ROW EXECUTE FUNCTION ladder_stays();

-- The version in force is the one with the highest number that has begun: a later version never begins before an earlier one.
CREATE FUNCTION ladder_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM ladder WHERE platform_id = NEW.platform_id AND severity = NEW.severity
                AND (version >= NEW.version OR (cancelled_at IS NULL AND effective_from > NEW.effective_from))) THEN
    RAISE EXCEPTION 'version % of a ladder would begin before an earlier one', NEW.version USING ERRCODE = 'check_violation', CONSTRAINT = 'ladder_in_order';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ladder_ordered BEFORE INSERT ON ladder FOR EACH ROW EXECUTE FUNCTION ladder_in_order();

-- --------------------------------------------------------------- four eyes

-- Upward only (DOMAIN, rule 2): a platform may ask for a second person sooner and for more, never later or for less.
ALTER TABLE platform
  ADD CONSTRAINT platform_four_eyes_upward CHECK (four_eyes_suspension_days BETWEEN 0 AND 30),
  ADD CONSTRAINT platform_four_eyes_kinds CHECK (four_eyes_kinds <@ ARRAY['warning', 'feature_restriction', 'interim_measure', 'bulk']);

-- What the platform asks for beyond action_severe_is_approved, at the moment an action takes effect: a rule that is
-- tightened later touches nothing that stands. A measure that takes the place of another one of its decision is the
-- ruling's, made by somebody who had no part in the decision. One hour more: so many local days may have it.
CREATE FUNCTION action_platform_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  asked record;
BEGIN
  IF NEW.approver_id IS NOT NULL OR NEW.starts_at IS NULL OR NEW.state <> 'active' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.state = 'active' THEN RETURN NULL; END IF;
  END IF;
  SELECT p.four_eyes_suspension_days AS days, p.four_eyes_kinds AS kinds INTO STRICT asked
    FROM account a JOIN platform p ON p.id = a.platform_id WHERE a.id = NEW.account_id;
  IF NEW.decision_id IS NOT NULL AND EXISTS (
    SELECT FROM action p WHERE p.decision_id = NEW.decision_id AND p.id <> NEW.id AND p.starts_at IS NOT NULL
       AND p.state NOT IN ('proposed', 'awaiting_approval', 'rejected')
  ) THEN RETURN NULL; END IF;
  IF (NOT NEW.interim AND NEW.kind::text = ANY (asked.kinds))
     OR (NEW.interim AND 'interim_measure' = ANY (asked.kinds))
     OR (NEW.kind = 'suspension' AND (NEW.ends_at IS NULL OR NEW.ends_at > NEW.starts_at
           + CASE WHEN asked.days = 0 THEN interval '0' ELSE make_interval(hours => asked.days * 24 + 1) END)) THEN
    RAISE EXCEPTION 'action % takes a second person on this platform', NEW.reference
      USING ERRCODE = 'check_violation', CONSTRAINT = 'action_platform_four_eyes';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER action_four_eyes_of_platform AFTER INSERT OR UPDATE OF state ON action
  FOR EACH ROW EXECUTE FUNCTION action_platform_four_eyes();

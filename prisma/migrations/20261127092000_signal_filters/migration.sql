-- A list narrowed to a rule or mode that found little reads no more than it shows.
CREATE INDEX "signal_platform_id_rule_created_at_id_idx" ON "signal"("platform_id", "rule", "created_at" DESC, "id" DESC);
CREATE INDEX "signal_platform_id_mode_created_at_id_idx" ON "signal"("platform_id", "mode", "created_at" DESC, "id" DESC);

-- The delivery log, narrowed by platform or by kind of message.
CREATE INDEX "notice_by_platform" ON "notice"("platform_id", "created_at" DESC, "id" DESC);
CREATE INDEX "notice_by_kind" ON "notice"("kind", "created_at" DESC, "id" DESC);

-- Proposals that came back to whoever made them, the last first.
CREATE INDEX "approval_proposer_id_answered_at_idx" ON "approval"("proposer_id", "answered_at" DESC);

-- A trigger before an update locks each row once more and writes that to the log, whatever its condition says. These refuse as well afterwards, for the
-- statement is taken back with them, and look only at updates that set what they guard.
DROP TRIGGER policy_notice_message_moves ON "policy_notice_message";
CREATE TRIGGER policy_notice_message_moves AFTER UPDATE OF state ON "policy_notice_message" FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
    ('queued', 'handed_over'), ('queued', 'failed'), ('handed_over', 'delivered'), ('handed_over', 'bounced'), ('handed_over', 'failed'), ('bounced', 'queued'), ('failed', 'queued')))
  EXECUTE FUNCTION policy_notice_message_moves();

DROP TRIGGER policy_notice_message_kept ON "policy_notice_message";
CREATE TRIGGER policy_notice_message_kept AFTER UPDATE OF campaign_id, account_id, contact_id, handed_over_at, smtp_reply ON "policy_notice_message" FOR EACH ROW
  WHEN (OLD.state <> 'queued' AND OLD.handed_over_at IS NOT NULL
    AND (OLD.campaign_id, OLD.account_id, OLD.contact_id, OLD.handed_over_at, OLD.smtp_reply) IS DISTINCT FROM (NEW.campaign_id, NEW.account_id, NEW.contact_id, NEW.handed_over_at, NEW.smtp_reply))
  EXECUTE FUNCTION policy_notice_message_kept();

-- Each message is written once and marked once, and its mark, which leaves the index of those that are due, stands in the other two anew: with room for
-- it on the page nothing has to be split or cleared away while a campaign goes.
ALTER INDEX "policy_notice_message_pkey" SET (fillfactor = 45);
ALTER INDEX "policy_notice_message_campaign_id_account_id_contact_id_key" SET (fillfactor = 45);

-- Whoever mailed an appeal that a person has to match is told that it arrived.
ALTER TYPE "notice_kind" ADD VALUE 'appeal_by_mail';

-- Account holders see what their account sends by a signed link of its own, which expires and can be taken back.
ALTER TYPE "link_purpose" ADD VALUE 'sender_health';
ALTER TYPE "notice_kind" ADD VALUE 'sender_health';

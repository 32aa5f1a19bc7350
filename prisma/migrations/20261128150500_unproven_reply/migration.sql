-- Came by mail to a report's answer address, from somebody who is not proven to be its reporter.
ALTER TYPE "message_direction" ADD VALUE 'from_unknown';

-- An endpoint that the receiver stopped is told of to whoever looks after it.
ALTER TYPE "notice_kind" ADD VALUE 'webhook_stopped';

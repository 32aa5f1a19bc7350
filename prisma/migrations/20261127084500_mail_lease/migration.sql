ALTER TABLE "received_mail" ADD COLUMN     "lease_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "bulk_operation" ADD COLUMN     "approved_by_id" UUID;

-- Four eyes: whoever prepared a bulk action is not its second person.
ALTER TABLE bulk_operation ADD CONSTRAINT bulk_operation_four_eyes CHECK (approved_by_id IS NULL OR approved_by_id <> created_by_id);

-- AlterTable
ALTER TABLE "policy" ADD COLUMN     "title_es" TEXT;

-- AlterEnum
ALTER TYPE "custody_step" ADD VALUE 'copied';

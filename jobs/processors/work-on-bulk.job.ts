import { outboxTopics } from "~/infra/outbox-topics";
import { workOnBulk } from "~/modules/bulk/work-on-bulk.server";
import { defineProcessor } from "../define-processor";

/**
 * Works on a bulk action for a few seconds and comes back for more, so that several take turns. The rows say what is
 * left: a job that is delivered twice, or taken over after a crash, goes on where the rows stand.
 */
export const workOnBulkAction = defineProcessor("bulk.work", outboxTopics["bulk.work"].payload, async ({ bulkId }, deps) => {
  const { left, worked } = await workOnBulk(deps, bulkId);
  return left ? { again: `${worked} items, more to do`, inMs: 0 } : { done: `${worked} items` };
});

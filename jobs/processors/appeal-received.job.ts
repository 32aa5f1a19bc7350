import { outboxTopics } from "~/infra/outbox-topics";
import { fileReceivedAppeal, handReceivedToStaff } from "~/modules/appeals/file-received.server";
import { defineProcessor } from "../define-processor";

/** Looks for the action an appeal from the public form means; the row says whether that was done. */
export const appealReceived = defineProcessor(
  "appeal.received",
  outboxTopics["appeal.received"].payload,
  async (received, deps) => ({ done: await fileReceivedAppeal(deps, received) }),
  (received, deps) => handReceivedToStaff(deps, received),
);

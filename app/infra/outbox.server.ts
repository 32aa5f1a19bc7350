import type { DateTime } from "luxon";
import type { Tx } from "./db.server";
import { newId } from "./id";
import { outboxTopics, type OutboxPayload, type OutboxTopic } from "./outbox-topics";

export interface OutboxDraft<T extends OutboxTopic> {
  topic: T;
  payload: OutboxPayload<T>;
  at: DateTime;
  /** Not before this instant; `at` when left out. */
  availableAt?: DateTime;
}

/**
 * Records what has to happen after the caller's transaction commits; nothing happens when it does not. A relay picks
 * the row up and hands it to the queue at least once.
 *
 * @returns the id of the row, which is also the id of its job
 */
export async function stageOutbox<T extends OutboxTopic>(tx: Tx, { topic, payload, at, availableAt = at }: OutboxDraft<T>): Promise<string> {
  const id = newId();
  await tx.outboxMessage.createMany({
    data: { id, topic, payload: outboxTopics[topic].payload.parse(payload), createdAt: at.toJSDate(), availableAt: availableAt.toJSDate() },
  });
  return id;
}

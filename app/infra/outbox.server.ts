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
 * the row up and hands it to the queue at least once, under the row's id.
 */
export const stageOutbox = <T extends OutboxTopic>(tx: Tx, draft: OutboxDraft<T>): Promise<void> => stageOutboxes(tx, [draft]);

/** Many at once, in their order. */
export async function stageOutboxes<T extends OutboxTopic>(tx: Tx, drafts: readonly OutboxDraft<T>[]): Promise<void> {
  if (drafts.length === 0) return;
  const rows = drafts.map(({ topic, payload, at, availableAt = at }) => ({
    id: newId(),
    topic,
    payload: outboxTopics[topic].payload.parse(payload),
    createdAt: at.toJSDate(),
    availableAt: availableAt.toJSDate(),
  }));
  await tx.$executeRaw`
    INSERT INTO outbox_message (id, topic, payload, created_at, available_at)
    SELECT id, topic, payload, "createdAt", "availableAt"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS draft (id uuid, topic text, payload jsonb, "createdAt" timestamptz, "availableAt" timestamptz)`;
}

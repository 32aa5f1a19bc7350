import { z } from "zod";

/** Work of one kind shares a queue, so that a slow mail server cannot hold up a deadline. */
export const queueNames = ["notices", "webhooks", "signals", "timers", "packets", "bulk", "backtests", "mail"] as const;
export type QueueName = (typeof queueNames)[number];

interface Topic {
  queue: QueueName;
  payload: z.ZodType;
}

/**
 * Everything a command can ask to be done after its commit. A payload names rows and carries nothing else: the rows
 * are read when the work is done, and the queue's storage holds no personal data.
 */
export const outboxTopics = {
  "notice.deliver": { queue: "notices", payload: z.object({ noticeId: z.uuid() }) },
  /** A message reached its recipient's mail server: what must follow from that (an appeal window) follows once. */
  "notice.handed_over": { queue: "notices", payload: z.object({ noticeId: z.uuid() }) },
  /** A platform told of something an account can share with another. */
  "account.identified": { queue: "signals", payload: z.object({ accountId: z.uuid() }) },
  /** A finding of a rule that proposes measures came to a case, or was taken back. */
  "signal.measure": { queue: "signals", payload: z.object({ signalId: z.uuid() }) },
  /** An appeal came by the public form, whose sender must not notice whether there is anything to appeal. */
  "appeal.received": { queue: "signals", payload: z.object({ unmatchedId: z.uuid() }) },
  /** A packet for an agency takes as long as its evidence is large: it holds up nothing else. */
  "packet.build": { queue: "packets", payload: z.object({ packetId: z.uuid() }) },
  "bulk.work": { queue: "bulk", payload: z.object({ bulkId: z.uuid() }) },
  /** Reads as much as is stored: it waits for nobody and nobody waits for it. */
  "backtest.work": { queue: "backtests", payload: z.object({ backtestId: z.uuid() }) },
  /** A mail is stored: what it is and what follows from it is found out afterwards. */
  "mail.received": { queue: "mail", payload: z.object({ mailId: z.uuid() }) },
  /** A mailbox that is due to be looked into. */
  "mail.poll": { queue: "mail", payload: z.object({ mailboxId: z.uuid() }) },
  "webhook.deliver": { queue: "webhooks", payload: z.object({ deliveryId: z.uuid() }) },
} as const satisfies Record<string, Topic>;

export type OutboxTopic = keyof typeof outboxTopics;
export type OutboxPayload<T extends OutboxTopic> = z.infer<(typeof outboxTopics)[T]["payload"]>;

/**
 * Where a topic's jobs go. A topic this release does not know (written by a newer one) still goes to a queue: its job
 * fails there, is listed with the failed jobs, and can be retried after the upgrade.
 */
export const queueOf = (topic: string): QueueName => (Object.hasOwn(outboxTopics, topic) ? outboxTopics[topic as OutboxTopic].queue : "timers");

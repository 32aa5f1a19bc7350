import { outboxTopics } from "~/infra/outbox-topics";
import { findEvasion } from "~/modules/signals/find-evasion.server";
import { defineProcessor } from "../define-processor";

const worker = { kind: "system", name: "account.identified" } as const;

/** Compares what an account is known by with the accounts that may not send. */
export const accountIdentified = defineProcessor("account.identified", outboxTopics["account.identified"].payload, async ({ accountId }, deps) => {
  const signals = await findEvasion(deps, worker, accountId);
  return { done: `${signals} signals` };
});

import { outboxTopics } from "~/infra/outbox-topics";
import { settleRuleMeasure } from "~/modules/enforcement/settle-rule-measure.server";
import { defineProcessor } from "../define-processor";

/** Sees what follows from a rule's finding for measures. The queue may deliver twice, so the rows decide. */
export const signalMeasure = defineProcessor("signal.measure", outboxTopics["signal.measure"].payload, async ({ signalId }, deps) => ({ done: await settleRuleMeasure(deps, signalId) }));

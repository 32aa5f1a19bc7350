import { z } from "zod";

/**
 * What platforms are told of. The bodies are made by the triggers of migration "telling_the_platform"; these schemas
 * describe them to readers of the API, and tests hold the two together.
 */
const instant = z.iso.datetime();
const about = { platform: z.string(), account: z.string().describe("The platform's own id of the account.") };

const caseFacts = z.object({ ...about, case: z.string(), area: z.string(), state: z.string(), severity: z.string() });
const actionFacts = z.object({
  ...about,
  action: z.uuid(),
  reference: z.string(),
  case: z.string(),
  kind: z.string(),
  interim: z.boolean(),
  features: z.array(z.string()),
  state: z.string(),
  startsAt: instant.nullable(),
  begunAt: instant.nullable().describe("When it took effect; null before."),
  endsAt: instant.nullable(),
  endedAt: instant.nullable(),
  mayTellAccountHolder: z.boolean().describe("False: the account holder must not learn of it from you, nor that an earlier measure ended by it."),
});
const appealFacts = z.object({
  ...about,
  appeal: z.string(),
  action: z.uuid(),
  actionReference: z.string(),
  state: z.string(),
  late: z.boolean(),
  filedAt: instant,
  dueAt: instant,
  ruledAt: instant.nullable(),
});
const gateFacts = z.object({
  ...about,
  seq: z.number().describe("The number of the change, as the change feed counts."),
  denied: z
    .array(z.object({ feature: z.string(), reasonCode: z.string(), from: instant, until: instant.nullable(), actionId: z.uuid().nullable() }))
    .describe("What is denied and, with a `from` ahead, what will be. Of the entries of a feature the latest that has begun holds."),
});
const policyFacts = z.object({
  platform: z.string(),
  policy: z.string(),
  title: z.string(),
  version: z.number().describe("The number it was announced under."),
  state: z
    .enum(["scheduled", "held", "in_force", "superseded", "called_off"])
    .describe("`held`: not everybody was told in time, so it does not take effect on its day; the version before it stays in force until it is `scheduled` for another day. `called_off`: it does not come; its number is not used again."),
  material: z.boolean(),
  effectiveFrom: instant.nullable(),
  effectiveTo: instant.nullable(),
  note: z.string().nullable().describe("Why it was called off, as it is posted; null otherwise."),
});

const signalFacts = z.object({
  ...about,
  signal: z.uuid(),
  rule: z.string(),
  ruleVersion: z.number(),
  clause: z.string(),
  case: z.string().nullable(),
  windowStart: instant,
  windowEnd: instant,
  retractedAt: instant.nullable(),
  automation: z.enum(["none", "proposes", "acts"]).describe("What the rule does beyond the signal: nothing, propose an interim measure to a person, or let it take effect by itself, where two people switched that on."),
  mayTellAccountHolder: z.boolean().describe("False: the account holder must not learn from you that anything is looked into."),
});

export const webhookEvents = {
  "case.opened": { summary: "A case about an account was opened", facts: caseFacts },
  "case.changed": { summary: "A case moved to another state or severity", facts: caseFacts },
  "action.scheduled": { summary: "An action was decided that takes effect later", facts: actionFacts },
  "action.started": { summary: "An action took effect", facts: actionFacts },
  "action.changed": { summary: "An action in effect was extended or changed", facts: actionFacts },
  "action.ended": { summary: "An action expired, was lifted, reversed or superseded", facts: actionFacts },
  "appeal.filed": { summary: "An account holder appealed against an action", facts: appealFacts },
  "appeal.changed": { summary: "An appeal is under review, was ruled on, withdrawn, or its due day moved", facts: appealFacts },
  "signal.raised": { summary: "A detection rule found something in the events of an account that counts, or finds it anew", facts: signalFacts },
  "signal.retracted": { summary: "Events that came late did not bear a signal out", facts: signalFacts },
  "gate.changed": { summary: "What an account may use changed", facts: gateFacts },
  "policy.changed": { summary: "A version of a policy was scheduled or given another day, held, called off, took effect or was superseded", facts: policyFacts },
} as const;

export type WebhookEventType = keyof typeof webhookEvents;
export const webhookEventTypes = Object.keys(webhookEvents) as [WebhookEventType, ...WebhookEventType[]];

export const webhookBody = <Type extends WebhookEventType>(type: Type) =>
  z.object({ type: z.literal(type), timestamp: instant.describe("When it happened; attempts to tell it may come later."), data: webhookEvents[type].facts as (typeof webhookEvents)[Type]["facts"] });

import { z } from "zod";
import { linkedAccountSchema } from "../platforms/linked-account";
import { severities } from "../policy/severity";
import { caseStates } from "./case-state";
import { evidenceViewSchema } from "./evidence-view";
import { messageDirections } from "./message-direction";

/** How much of each list the page shows at first. */
export const shownReports = 20;
export const shownSignals = 20;
export const timelinePage = 50;

/** What PostgreSQL returns as JSON for the case page, parsed like everything that crosses a boundary. */
const instant = z.string();
const id = z.string();

const messageSchema = z.object({
  id,
  direction: z.enum(messageDirections),
  text: z.string(),
  by: z.string().nullable(),
  at: instant,
});

const reportSchema = z.object({
  id,
  reference: z.string(),
  channel: z.string(),
  state: z.enum(["received", "attached", "dismissed", "resolved"]),
  outcome: z.string().nullable(),
  description: z.string(),
  messageText: z.string().nullable(),
  accusedName: z.string().nullable(),
  happenedAt: instant.nullable(),
  happenedDayOnly: z.boolean(),
  receivedAt: instant,
  language: z.string(),
  clauseCode: z.string().nullable(),
  clauseTitle: z.string().nullable(),
  reporterKind: z.string().nullable(),
  hasAddress: z.boolean(),
  phoneCount: z.number(),
  wave: z.object({ id, size: z.number(), likeness: z.number() }).nullable(),
  files: z.array(evidenceViewSchema),
  messages: z.array(messageSchema),
});
export type ReportView = z.infer<typeof reportSchema>;

const signalSchema = z.object({
  id,
  rule: z.string(),
  ruleVersion: z.number(),
  windowStart: instant,
  windowEnd: instant,
  observed: z.number(),
  threshold: z.number(),
  measures: z.record(z.string(), z.number()),
  eventCount: z.number(),
  clauseCode: z.string(),
  clauseTitle: z.string().nullable(),
  createdAt: instant,
  mode: z.string(),
  ambiguous: z.boolean(),
  retractedAt: instant.nullable(),
});
export type SignalView = z.infer<typeof signalSchema>;

export const timelineEntrySchema = z.object({
  id,
  at: instant,
  kind: z.string(),
  actorKind: z.string(),
  actorName: z.string().nullable(),
  data: z.unknown(),
  note: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

const strikeSchema = z.object({
  id,
  weight: z.number(),
  issuedAt: instant,
  expiresAt: instant,
  voidedAt: instant.nullable(),
  clauseCode: z.string(),
  decisionReference: z.string(),
});
export type StrikeView = z.infer<typeof strikeSchema>;

const actionSchema = z.object({
  id,
  reference: z.string(),
  kind: z.string(),
  interim: z.boolean(),
  features: z.array(z.string()),
  state: z.string(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  createdAt: instant,
  caseReference: z.string(),
  noTipOff: z.boolean(),
});
export type ActionView = z.infer<typeof actionSchema>;

const otherCaseSchema = z.object({
  reference: z.string(),
  area: z.string(),
  state: z.enum(caseStates),
  severity: z.enum(severities),
  openedAt: instant,
});
export type OtherCaseView = z.infer<typeof otherCaseSchema>;

const gateSchema = z.object({ feature: z.string(), name: z.string().nullable(), verdict: z.enum(["allow", "deny"]), reasonCode: z.string(), from: instant.nullable(), until: instant.nullable() });
export type GateView = z.infer<typeof gateSchema>;

export const standingSchema = z.object({
  strikes: z.array(strikeSchema),
  actions: z.array(actionSchema),
  otherCases: z.array(otherCaseSchema),
  gate: z.array(gateSchema),
  linked: z.array(linkedAccountSchema),
  /** The holder must not learn of something that was decided about them. */
  noTipOff: z.boolean(),
});
export type Standing = z.infer<typeof standingSchema>;

export const caseBodySchema = standingSchema.extend({
  reports: z.array(reportSchema),
  signals: z.array(signalSchema),
  timeline: z.array(timelineEntrySchema),
  newestEventId: id.nullable(),
  /** Colleagues the case can be given or escalated to. */
  colleagues: z.array(z.object({ id, name: z.string(), roles: z.array(z.string()) })),
});
export type CaseBody = z.infer<typeof caseBodySchema>;

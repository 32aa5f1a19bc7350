import { ruleCatalogue, ruleCodes, type RuleCode } from "~/modules/signals/rules/rule-catalogue";

/**
 * What happened on the demo's platforms, one row a case: who, what for, how much was reported, how long ago it began,
 * and how far it has come.
 */
export type Course =
  | "open"
  | "claimed"
  | "noted"
  | "waiting"
  | "escalated"
  | "interim"
  | "no_violation"
  | "decided"
  | "awaiting_approval"
  | "approved"
  | "appeal_due_in_1"
  | "appeal_due_in_2"
  | "appeal_new"
  | "appeal_upheld"
  | "appeal_overturned"
  | "reopened";

export type Story = { account: string; clause: string; reports: number; signals: number; daysAgo: number; course: Course };

const rows: readonly (readonly [account: string, clause: string, reports: number, signals: number, daysAgo: number, course: Course])[] = [
  ["cf-1004", "CF-AUP-3.1.b", 2, 0, 80, "decided"],
  ["cf-1001", "CF-AUP-3.1.a", 3, 1, 70, "decided"],
  ["xp-2001", "XP-AUP-3.1.a", 3, 2, 66, "decided"],
  ["ca-5003", "CASA-PP-3.b", 2, 1, 58, "decided"],
  ["cf-1009", "CF-AUP-4.4.a", 2, 2, 52, "no_violation"],
  ["ch-3003", "CHAT-PP-3.e", 2, 0, 47, "no_violation"],
  ["xp-2002", "XP-AUP-3.2.b", 6, 0, 44, "approved"],
  ["cf-1013", "CF-AUP-3.3.d", 1, 0, 41, "appeal_overturned"],
  ["co-4001", "CONT-PP-1.c", 2, 0, 38, "appeal_upheld"],
  ["cf-1008", "CF-AUP-4.3.b", 3, 2, 30, "appeal_due_in_1"],
  ["ca-5001", "CASA-PP-3.a", 4, 1, 28, "appeal_due_in_2"],
  ["cf-1010", "CF-AUP-3.2.e", 4, 0, 26, "approved"],
  ["xp-2004", "XP-AUP-3.3.b", 2, 0, 24, "decided"],
  ["cf-1015", "CF-AUP-4.1.d", 1, 2, 22, "decided"],
  ["ch-3002", "CHAT-PP-3.e", 4, 0, 20, "decided"],
  ["cf-1012", "CF-AUP-4.4.c", 2, 2, 18, "reopened"],
  ["co-4002", "CONT-PP-1.d", 3, 0, 12, "waiting"],
  ["cf-1001", "CF-AUP-4.3.b", 4, 2, 9, "interim"],
  ["xp-2005", "XP-AUP-3.2.b", 5, 0, 8, "awaiting_approval"],
  ["cf-1002", "CF-AUP-3.3.b", 3, 0, 7, "awaiting_approval"],
  ["cf-1006", "CF-AUP-4.3.b", 2, 2, 7, "appeal_new"],
  ["cf-1017", "CF-AUP-3.4.b", 1, 0, 6, "waiting"],
  ["cf-1014", "CF-AUP-3.2.b", 2, 0, 5, "escalated"],
  ["xp-2007", "XP-AUP-3.5.a", 1, 0, 5, "claimed"],
  ["ca-5002", "CASA-PP-3.a", 2, 1, 4, "noted"],
  ["cf-1005", "CF-AUP-3.6.d", 1, 0, 4, "open"],
  ["xp-2001", "XP-AUP-3.1.a", 3, 2, 4, "open"],
  ["cf-1007", "CF-AUP-4.1.c", 1, 1, 3, "claimed"],
  ["ch-3001", "CHAT-PP-2.b", 1, 0, 3, "open"],
  ["cf-1016", "CF-AUP-3.1.a", 4, 2, 3, "open"],
  ["cf-1008", "CF-AUP-3.1.a", 3, 1, 2, "open"],
  ["xp-2009", "XP-AUP-3.6.b", 1, 1, 2, "open"],
  ["ca-5003", "CASA-PP-3.b", 2, 2, 2, "open"],
  ["cf-1003", "CF-AUP-4.4.a", 2, 2, 1, "open"],
  ["cf-1011", "CF-AUP-4.4.c", 1, 2, 1, "open"],
  ["cf-1018", "CF-AUP-3.2.e", 3, 0, 1, "open"],
  ["co-4004", "CONT-PP-1.d", 2, 0, 1, "open"],
];

export const demoStories: readonly Story[] = rows.map(([account, clause, reports, signals, daysAgo, course]) => ({ account, clause, reports, signals, daysAgo, course }));

/** What the rule that watches over a clause found, for the demo's signals: as the rules themselves put it. */
export const demoFindings: Readonly<Partial<Record<RuleCode, { threshold: number; observed: number; measures: Record<string, number> }>>> = {
  opt_out_spike: { threshold: 0.02, observed: 0.034, measures: { opt_outs: 41, delivered: 1204 } },
  after_opt_out: { threshold: 0, observed: 12, measures: { breaches: 12, marketing: 640 } },
  frequency: { threshold: 0, observed: 58, measures: { breaches: 58, marketing: 940 } },
  quiet_hours: { threshold: 0, observed: 37, measures: { breaches: 37, marketing: 412 } },
  missing_consent: { threshold: 0, observed: 86, measures: { breaches: 86, marketing: 530 } },
  missing_opt_out_instructions: { threshold: 0, observed: 120, measures: { breaches: 120, marketing: 410 } },
  missing_business_name: { threshold: 0, observed: 33, measures: { breaches: 33, sent: 280 } },
  shared_credential: { threshold: 20, observed: 46, measures: { windows_over: 3, worst: 46 } },
};

/** The rule that watches over a clause; on a platform two may, and the one about opt-outs then stands for both. */
export const demoRule = (clause: string): RuleCode | null =>
  [...ruleCodes].reverse().find((rule) => Object.hasOwn(demoFindings, rule) && ruleCatalogue[rule].clauses.includes(clause)) ?? null;

import type { Ladder } from "./ladder";

/**
 * The ladders a platform starts with, one per severity (CF-AUP 7.2: warning, restriction, suspension, termination,
 * "depending on the nature and severity"). They are seeded as data and versioned; nothing reads this file at run time.
 */
export const defaultLadders: readonly Ladder[] = [
  {
    severity: "low",
    version: 1,
    firstRung: 1,
    strikeWeight: 1,
    strikeExpiryDays: 180,
    rungs: [
      { kind: "warning" },
      { kind: "feature_restriction", features: ["marketing_messages"], days: 3 },
      { kind: "feature_restriction", features: ["marketing_messages", "template_messages"], days: 14 },
      { kind: "suspension", days: 7 },
      { kind: "termination" },
    ],
  },
  {
    severity: "medium",
    version: 1,
    firstRung: 1,
    strikeWeight: 1,
    strikeExpiryDays: 365,
    rungs: [
      { kind: "warning" },
      { kind: "feature_restriction", features: ["marketing_messages"], days: 7 },
      { kind: "feature_restriction", features: ["marketing_messages", "template_messages"], days: 30 },
      { kind: "suspension", days: 30 },
      { kind: "termination" },
    ],
  },
  {
    severity: "high",
    version: 1,
    firstRung: 3,
    strikeWeight: 2,
    strikeExpiryDays: 365,
    rungs: [
      { kind: "warning" },
      { kind: "feature_restriction", features: ["marketing_messages"], days: 14 },
      { kind: "suspension", days: 7 },
      { kind: "suspension", days: 30 },
      { kind: "termination" },
    ],
  },
  {
    severity: "critical",
    version: 1,
    firstRung: 5,
    strikeWeight: 3,
    strikeExpiryDays: 730,
    rungs: [
      { kind: "warning" },
      { kind: "feature_restriction", features: ["marketing_messages", "template_messages"], days: 30 },
      { kind: "suspension", days: 30 },
      { kind: "suspension", days: 90 },
      { kind: "termination" },
    ],
  },
];

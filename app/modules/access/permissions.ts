/**
 * Who may do what. Commands check a permission, never a role; the table below is the only place that knows
 * which role carries which permission (DOMAIN: four eyes, independence; the auditor reads all, changes nothing).
 */
export const roles = ["analyst", "lead", "appeals_reviewer", "policy_manager", "auditor", "admin"] as const;
export type Role = (typeof roles)[number];

export const permissions = [
  "case:read",
  "case:work",
  "case:reassign",
  "reporter:measure",
  "decision:propose",
  "decision:approve",
  "action:lift",
  "bulk:run",
  "appeal:read",
  "appeal:rule",
  "policy:read",
  "policy:edit",
  "policy:publish",
  "policy:shorten",
  "notice:read",
  "notice:export",
  "notice:pause",
  "statement:read",
  "statement:export",
  "signal:read",
  "rule:manage",
  "referral:read",
  "referral:draft",
  "referral:approve",
  "referral:export",
  "hold:manage",
  "account:read",
  "calibration:read",
  "calibration:review",
  "audit:read",
  "staff:manage",
  "api-key:manage",
  "settings:manage",
  "job:manage",
] as const;
export type Permission = (typeof permissions)[number];

const readAll = ["case:read", "appeal:read", "policy:read", "notice:read", "signal:read", "account:read"] as const;

export const permissionsOf: Record<Role, readonly Permission[]> = {
  analyst: [...readAll, "case:work", "calibration:review", "decision:propose"],
  lead: [...readAll, "calibration:read", "calibration:review", "statement:read", "statement:export", "notice:export", "notice:pause", "case:work", "case:reassign", "reporter:measure", "decision:propose", "decision:approve", "action:lift", "bulk:run", "referral:read", "referral:draft", "referral:approve", "referral:export", "hold:manage"],
  appeals_reviewer: [...readAll, "calibration:read", "calibration:review", "appeal:rule"],
  policy_manager: [...readAll, "calibration:read", "statement:read", "statement:export", "notice:export", "notice:pause", "policy:edit", "policy:publish", "rule:manage"],
  auditor: [...readAll, "calibration:read", "statement:read", "notice:export", "audit:read", "referral:read"],
  admin: [...readAll, "calibration:read", "statement:read", "statement:export", "notice:export", "notice:pause", "policy:shorten", "audit:read", "referral:read", "referral:approve", "referral:export", "hold:manage", "staff:manage", "api-key:manage", "settings:manage", "rule:manage", "job:manage"],
};

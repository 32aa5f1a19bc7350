import { may, type StaffActor } from "./actor";
import type { Permission } from "./permissions";

export interface NavEntry {
  to: string;
  label: string;
  icon: "queue" | "bulk" | "intake" | "appeals" | "approvals" | "accounts" | "signals" | "policies" | "mail" | "notices" | "referrals" | "insights" | "transparency" | "audit" | "settings";
  /** Any one of these opens it; none: everybody. */
  permissions: readonly Permission[];
}

/** The left rail, in the order of the day's work. */
const entries: readonly NavEntry[] = [
  { to: "/queue", label: "Queue", icon: "queue", permissions: ["case:read"] },
  { to: "/bulk", label: "Bulk actions", icon: "bulk", permissions: ["case:read"] },
  { to: "/intake", label: "To match", icon: "intake", permissions: ["case:read"] },
  { to: "/approvals", label: "Approvals", icon: "approvals", permissions: ["case:read"] },
  { to: "/appeals", label: "Appeals", icon: "appeals", permissions: ["appeal:read"] },
  { to: "/accounts", label: "Accounts", icon: "accounts", permissions: ["account:read"] },
  { to: "/signals", label: "Signals", icon: "signals", permissions: ["signal:read"] },
  { to: "/policy-versions", label: "Policies", icon: "policies", permissions: ["policy:read"] },
  { to: "/mail", label: "Mail in", icon: "mail", permissions: ["case:read"] },
  { to: "/notices", label: "Notices", icon: "notices", permissions: ["notice:read"] },
  { to: "/referrals", label: "Referrals", icon: "referrals", permissions: ["referral:read"] },
  { to: "/insights/calibration", label: "Insights", icon: "insights", permissions: ["calibration:read", "calibration:review"] },
  { to: "/transparency", label: "Transparency", icon: "transparency", permissions: ["statement:read"] },
  { to: "/audit", label: "Audit", icon: "audit", permissions: ["audit:read"] },
  { to: "/settings", label: "Settings", icon: "settings", permissions: [] },
];

/** What this person may open; commands and loaders check again. */
export const navigationFor = (actor: StaffActor): NavEntry[] =>
  entries.filter((entry) => entry.permissions.length === 0 || entry.permissions.some((permission) => may(actor, permission)));

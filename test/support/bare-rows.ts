import { randomUUID } from "node:crypto";

/** Rows as a test sends them to the tables by bare SQL, whole but for what it changes: what the database itself keeps is then all that can refuse them. */
export const at = "2026-11-20T12:00:00Z";
export const ids = { platform: randomUUID(), account: randomUUID(), case: randomUUID(), decision: randomUUID(), other: randomUUID(), third: randomUUID(), action: randomUUID(), referral: randomUUID(), policy: randomUUID() };
export const ana = randomUUID();
export const leo = randomUUID();
export const rui = randomUUID();

export const aCase = (change: object = {}) => ({
  id: randomUUID(), reference: `C-${randomUUID()}`, platform_id: ids.platform, account_id: ids.account, area: "spam", state: "open",
  severity: "high", priority: 50, opened_at: at, updated_at: at, ...change,
});
export const aDecision = (change: object = {}) => ({
  id: randomUUID(), reference: `D-${randomUUID()}`, case_id: ids.case, platform_id: ids.platform, account_id: ids.account, outcome: "violation",
  state: "in_effect", decider_id: ana, case_version: 1, rationale: "…", decided_at: at, ...change,
});
export const anAction = (change: object = {}) => ({
  id: randomUUID(), reference: `A-${randomUUID()}`, decision_id: ids.decision, case_id: ids.case, account_id: ids.account, kind: "warning",
  state: "active", proposer_id: ana, starts_at: at, created_at: at, ...change,
});
export const anInterim = (change: object = {}) => anAction({ interim: true, decision_id: null, kind: "suspension", ends_at: "2026-11-27T12:00:00Z", ...change });
export const anExtension = (change: object = {}) => ({
  id: randomUUID(), state: "granted", days: 2, ends_at: "2026-11-29T12:00:00Z", reason: "…", proposer_id: ana, requested_at: at, expires_at: "2026-11-23T12:00:00Z", answered_at: at, ...change,
});
export const anAppeal = (change: object = {}) => ({
  id: randomUUID(), reference: `P-${randomUUID()}`, platform_id: ids.platform, account_id: ids.account, action_id: ids.action, state: "filed",
  channel: "link", late: false, explanation: "…", filed_at: at, due_at: "2026-12-08T07:00:00Z", ...change,
});
export const aLadder = (change: object = {}) => ({
  id: randomUUID(), platform_id: ids.platform, severity: "low", version: 1, rungs: "{}", strike_weight: 1, strike_expiry_days: 180,
  effective_from: at, created_at: at, ...change,
});
export const aReferral = (change: object = {}) => ({
  id: randomUUID(), reference: `LE-${randomUUID()}`, platform_id: ids.platform, account_id: ids.account, case_id: ids.case, action_id: ids.referral, state: "draft",
  agency: "PD", legal_basis: "emergency", narrative: "…", period_from: "2026-11-01T07:00:00Z", period_to: at, drafter_id: ana, editor_ids: [ana], created_at: at, updated_at: at, ...change,
});
export const handedIn = { state: "awaiting_approval", submitted_at: at, submitted_by_id: ana };
export const approved = (approver: string) => ({ ...handedIn, state: "approved", approver_id: approver, approved_at: at });
export const aHold = (change: object = {}) => ({ id: randomUUID(), reference: `LH-${randomUUID()}`, account_id: ids.account, authority: "Court", reason: "…", set_by_id: ana, set_at: at, ...change });
export const aRequest = (change: object = {}) => ({
  id: randomUUID(), reference: `PR-${randomUUID()}`, platform_id: ids.platform, account_id: ids.account, agency: "PD", received_at: at, expires_at: "2027-02-19T07:00:00Z", recorded_by_id: ana, created_at: at, ...change,
});
export const aVersion = (change: object = {}) => ({
  id: randomUUID(), policy_id: ids.policy, number: 1, state: "in_force", effective_from: "2026-01-01T00:00:00Z", created_at: at, ...change,
});

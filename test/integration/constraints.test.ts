import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { aCase, aDecision, aHold, aLadder, ana, anAction, anAppeal, anExtension, anInterim, approved, aReferral, aRequest, at, aVersion, handedIn, ids, leo, rui } from "../support/bare-rows";
import { testDatabase, type TestDatabase } from "../support/database";

/**
 * The rules the database keeps by itself, whoever writes to it (DOMAIN, rules 2, 3 and 9): each row is a statement
 * somebody could run past every command, and the constraint that refuses it.
 */
let database: TestDatabase;
let sql: Client;

async function insert(table: string, row: Record<string, unknown>): Promise<void> {
  const columns = Object.keys(row);
  await sql.query(
    `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`).join(", ")}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(", ")})`,
    Object.values(row),
  );
}

const endsLater = (id: string, endsAt: string) => sql.query("UPDATE action SET ends_at = $2 WHERE id = $1", [id, endsAt]).then(() => {});
/** A file of a report in a closed case, which nothing keeps. */
async function aFile(): Promise<string> {
  const [kase, report, file] = [randomUUID(), randomUUID(), randomUUID()];
  await insert("case", aCase({ id: kase, area: "fraud", state: "closed" }));
  await insert("report", { id: report, reference: `R-${report}`, platform_id: ids.platform, account_id: ids.account, case_id: kase, channel: "form", state: "attached", description: "…", content_hash: report, received_at: at });
  await insert("evidence_file", { id: file, report_id: report, sha256: "0".repeat(64), size: 1, media_type: "text/plain", file_name: "a.txt", uploaded_at: at });
  return file;
}
async function aPolicyMessage(over: object): Promise<void> {
  const [version, campaign] = [randomUUID(), randomUUID()];
  await insert("policy_version", aVersion({ id: version }));
  await insert("policy_notice_campaign", { id: campaign, platform_id: ids.platform, policy_version_id: version, state: "complete", effective_day: "2026-12-20", created_at: at, started_at: at });
  await insert("policy_notice_message", { id: randomUUID(), campaign_id: campaign, account_id: ids.account, contact_id: randomUUID(), position: 1, language: "en", domain: "b.example", address_sealed: "…", address_hash: "…", addressee: "B", created_at: at, due_at: at, ...over });
}
const agreedTo = { content_hash: "0".repeat(64), proposed_by_id: ana, submitted_at: at, published_by_id: leo, published_at: at };
async function takesEffect(version: ReturnType<typeof aVersion>): Promise<void> {
  await insert("policy_version", version);
  await sql.query("UPDATE policy_version SET state = 'in_force', effective_from = coalesce(effective_from, '2026-06-01') WHERE id = $1", [version.id]);
}
const reviewed = (decision: string, by: string) =>
  sql.query("UPDATE decision SET reviewed_by_id = $2, reviewed_at = $3, review_result = 'stands' WHERE id = $1", [decision, by, at]).then(() => {});
const update = async (table: string, change: Record<string, unknown>) => {
  const columns = Object.keys(change).map((column, index) => `"${column}" = $${index + 1}`);
  await sql.query(`UPDATE "${table}" SET ${columns.join(", ")}`, Object.values(change));
};

beforeAll(async () => {
  database = await testDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  await insert("platform", {
    id: ids.platform, key: "p", name: "P", legal_name: "P", postal_address: "…", abuse_email: "a@p.example", appeals_email: "b@p.example",
    support_email: "c@p.example", security_email: "d@p.example", zone: "America/Denver", created_at: at,
  });
  await insert("account", { id: ids.account, platform_id: ids.platform, external_id: "1", business_name: "B", created_at: at, updated_at: at });
  await insert("policy", { id: ids.policy, platform_id: ids.platform, code: "P", kind: "acceptable_use", title: "P" });
  await insert("case", aCase({ id: ids.case, area: "fraud", state: "decided" }));
  await insert("decision", aDecision({ id: ids.decision, approver_id: leo }));
  for (const id of [ids.other, ids.third]) await insert("decision", aDecision({ id }));
  await insert("action", anAction({ id: ids.action, kind: "termination", approver_id: leo }));
  await insert("action", anAction({ id: ids.referral, kind: "law_enforcement_referral", approver_id: leo }));
});
afterAll(async () => {
  await sql.end();
  await database.close();
});
beforeEach(() => sql.query("BEGIN").then(() => {}));
beforeEach(() => async () => void (await sql.query("ROLLBACK")));

test.each<[string, string, () => Promise<void>]>([
  ["a second open case of one account and area", "case_one_open_per_area", async () => {
    await insert("case", aCase());
    await insert("case", aCase({ state: "waiting_for_information" }));
  }],
  ["a lease with no end", "case_lease_whole", () => insert("case", aCase({ lease_holder_id: ana }))],
  ["an approver who is the decider", "decision_four_eyes", () => insert("decision", aDecision({ approver_id: ana }))],
  ["a second proposal on one case", "decision_one_proposal_per_case", async () => {
    await insert("decision", aDecision({ state: "awaiting_approval" }));
    await insert("decision", aDecision({ state: "awaiting_approval" }));
  }],
  ["an approval by the proposer", "approval_four_eyes", () =>
    insert("approval", { id: randomUUID(), decision_id: ids.decision, proposer_id: ana, reviewer_id: ana, state: "approved", requested_at: at, expires_at: at })],
  ["a termination nobody approved", "action_severe_is_approved", () => insert("action", anAction({ kind: "termination" }))],
  ["a referral nobody approved", "action_severe_is_approved", () => insert("action", anAction({ kind: "law_enforcement_referral" }))],
  ["a suspension of 31 days nobody approved", "action_severe_is_approved", () => insert("action", anAction({ kind: "suspension", ends_at: "2026-12-21T12:00:00Z" }))],
  ["an endless suspension nobody approved", "action_severe_is_approved", () => insert("action", anAction({ kind: "suspension" }))],
  ["an interim measure with no end", "action_interim_ends", () => insert("action", anAction({ interim: true, decision_id: null, kind: "suspension" }))],
  ["an interim termination", "action_interim_kind", () =>
    insert("action", anAction({ interim: true, decision_id: null, kind: "termination", approver_id: leo, ends_at: "2026-11-27T12:00:00Z" }))],
  ["an action that ends before it starts", "action_ends_after_start", () => insert("action", anAction({ ends_at: "2026-11-19T12:00:00Z" }))],
  ["a restriction of nothing", "action_restriction_names_features", () => insert("action", anAction({ kind: "feature_restriction" }))],
  ["an appeal window nobody was told of", "action_window_needs_informed", () => insert("action", anAction({ appeal_closes_at: at }))],
  ["a second live appeal against one action", "appeal_one_live_per_action", async () => {
    await insert("appeal", anAppeal());
    await insert("appeal", anAppeal({ state: "under_review", reviewer_id: rui }));
  }],
  ["a ruling by the decider", "appeal_independence", () => insert("appeal", anAppeal({ state: "upheld", ruled_by_id: ana, ruled_at: at, grounds: "…" }))],
  ["a ruling by the approver", "appeal_independence", () => insert("appeal", anAppeal({ state: "overturned", ruled_by_id: leo, ruled_at: at, grounds: "…" }))],
  ["a review by the decider", "appeal_independence", () => insert("appeal", anAppeal({ state: "under_review", reviewer_id: ana }))],
  ["a ruling with no grounds", "appeal_ruling_whole", () => insert("appeal", anAppeal({ state: "upheld", ruled_by_id: rui, ruled_at: at }))],
  ["two versions of a policy in force at once", "policy_version_no_overlap", async () => {
    await insert("policy_version", aVersion({ state: "superseded", effective_to: "2026-06-01T00:00:00Z" }));
    await takesEffect(aVersion({ number: 2, state: "scheduled", effective_from: "2026-05-01T00:00:00Z", material: false, ...agreedTo }));
  }],
  ["a version of a policy that has others, in force from nowhere", "policy_version_moves", async () => {
    await insert("policy_version", aVersion({ state: "superseded", effective_to: "2026-06-01T00:00:00Z" }));
    await insert("policy_version", aVersion({ number: 2, effective_from: "2026-06-01T00:00:00Z", material: false }));
  }],
  ["a draft that comes into force unseen", "policy_version_moves", () => takesEffect(aVersion({ state: "draft", effective_from: null }))],
  ["a day brought forward afterwards", "policy_version_began", async () => {
    await insert("policy_version", aVersion());
    await sql.query("UPDATE policy_version SET effective_from = effective_from - interval '30 days'");
  }],
  ["a new policy as a small correction", "policy_version_new_is_material", () => takesEffect(aVersion({ state: "scheduled", material: false, ...agreedTo }))],
  ["a version published by its author", "policy_version_four_eyes", () => insert("policy_version", aVersion({ proposed_by_id: ana, published_by_id: ana }))],
  ["a decision reviewed by whoever made it", "decision_review_independent", () => insert("decision", aDecision({ reviewed_by_id: ana, reviewed_at: at, review_result: "stands" }))],
  ["a decision reviewed by whoever approved it", "decision_review_independent", () => insert("decision", aDecision({ approver_id: leo, reviewed_by_id: leo, reviewed_at: at, review_result: "stands" }))],
  ["a decision reviewed by whoever put another measure in place", "decision_review_independent", async () => {
    await insert("action", anAction({ decision_id: ids.other, state: "superseded", ended_at: at }));
    await insert("action", anAction({ decision_id: ids.other, proposer_id: rui }));
    await reviewed(ids.other, rui);
  }],
  ["a decision reviewed by whoever approved another measure", "decision_review_independent", async () => {
    await insert("action", anAction({ decision_id: ids.other, approver_id: rui }));
    await reviewed(ids.other, rui);
  }],
  ["a decision reviewed by whoever proposed a change of it", "decision_review_independent", async () => {
    await insert("action", anAction({ decision_id: ids.other, state: "awaiting_approval", starts_at: null, proposer_id: rui }));
    await reviewed(ids.other, rui);
  }],
  ["a decision reviewed by whoever lifted its measure", "decision_review_independent", async () => {
    await insert("action", anAction({ decision_id: ids.other, state: "lifted", ended_at: at, ended_by_id: rui }));
    await reviewed(ids.other, rui);
  }],
  ["a decision reviewed by whoever rejected a change of it", "decision_review_independent", async () => {
    await insert("approval", { id: randomUUID(), decision_id: ids.other, proposer_id: ana, reviewer_id: rui, state: "rejected", requested_at: at, expires_at: at });
    await reviewed(ids.other, rui);
  }],
  ["a review that ended without a result", "decision_review_whole", () => insert("decision", aDecision({ reviewed_by_id: rui, reviewed_at: at }))],
  ["a platform that asks for a second person later than the rule", "platform_four_eyes_upward", () => update("platform", { four_eyes_suspension_days: 31 })],
  ["a second person for nothing anybody knows", "platform_four_eyes_kinds", () => update("platform", { four_eyes_kinds: ["lunch"] })],
  ["a suspension of eleven days nobody approved, where the platform allows ten", "action_platform_four_eyes", async () => {
    await update("platform", { four_eyes_suspension_days: 10 });
    await insert("action", anAction({ decision_id: ids.other, kind: "suspension", ends_at: "2026-11-30T12:00:00Z" }));
    await insert("action", anAction({ decision_id: ids.third, kind: "suspension", ends_at: "2026-12-01T14:00:00Z" }));
  }],
  ["a warning nobody approved, where the platform asks for a second person", "action_platform_four_eyes", async () => {
    await update("platform", { four_eyes_kinds: ["warning"] });
    await insert("action", anAction({ decision_id: ids.other, kind: "feature_restriction", features: ["chatbot"] }));
    await insert("action", anAction({ decision_id: ids.third }));
  }],
  ["an interim measure that becomes active with nobody's yes, where the platform asks for one", "action_platform_four_eyes", async () => {
    await update("platform", { four_eyes_kinds: ["interim_measure"] });
    const interim = anAction({ interim: true, decision_id: null, kind: "suspension", state: "awaiting_approval", starts_at: null, ends_at: "2026-11-27T12:00:00Z" });
    await insert("action", interim);
    await sql.query("UPDATE action SET state = 'active', starts_at = $2 WHERE id = $1", [interim.id, at]);
  }],
  ["an interim measure beyond the platform's limit together with an earlier one", "action_platform_four_eyes", async () => {
    await update("platform", { four_eyes_suspension_days: 10 });
    await insert("action", anInterim({ state: "lifted", ended_at: "2026-11-27T12:00:00Z" }));
    await insert("action", anInterim({ starts_at: "2026-11-28T12:00:00Z", ends_at: "2026-12-01T13:00:00Z" }));
  }],
  ["an interim measure that lasts longer though nobody granted it", "action_interim_extended", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await endsLater(measure.id, "2026-11-28T12:00:00Z");
  }],
  ["an interim measure that lasts longer than was granted", "action_interim_extended", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id }));
    await endsLater(measure.id, "2026-11-30T12:00:00Z");
  }],
  ["an extension that waits and moves the end already", "action_interim_extended", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, state: "awaiting_approval", ends_at: null, answered_at: null }));
    await endsLater(measure.id, "2026-11-29T12:00:00Z");
  }],
  ["an extension by one of a measure that took two", "interim_extension_takes_two", async () => {
    const measure = anInterim({ approver_id: leo });
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id }));
  }],
  ["an extension by one where the platform asks for two", "interim_extension_takes_two", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await update("platform", { four_eyes_kinds: ["interim_measure"] });
    await insert("interim_extension", anExtension({ action_id: measure.id }));
  }],
  ["an extension by one beyond the platform's limit", "interim_extension_takes_two", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await update("platform", { four_eyes_suspension_days: 8 });
    await insert("interim_extension", anExtension({ action_id: measure.id }));
  }],
  ["an extension by one beyond the limit together with an earlier measure, in days of the wall clock", "interim_extension_takes_two", async () => {
    const measure = anInterim();
    await update("platform", { four_eyes_suspension_days: 29 });
    await insert("action", anInterim({ starts_at: "2026-10-20T12:00:00Z", ends_at: "2026-11-10T12:00:00Z", state: "expired", ended_at: "2026-11-10T12:00:00Z" }));
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, ends_at: "2026-11-28T13:00:00Z" }));
    await insert("interim_extension", anExtension({ action_id: measure.id, ends_at: "2026-11-28T13:00:00.001Z" }));
  }],
  ["an extension beyond thirty days, whoever agrees", "interim_extension_too_long", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, reviewer_id: leo, ends_at: "2026-12-20T12:00:00.001Z" }));
  }],
  ["an extension that its author agrees to", "interim_extension_four_eyes", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, reviewer_id: ana }));
  }],
  ["two extensions of one measure that wait", "interim_extension_one_waiting", async () => {
    const measure = anInterim();
    const waiting = { action_id: measure.id, state: "awaiting_approval", ends_at: null, answered_at: null };
    await insert("action", measure);
    await insert("interim_extension", anExtension(waiting));
    await insert("interim_extension", anExtension(waiting));
  }],
  ["a ruling by whoever let an interim measure last longer", "appeal_independence", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, proposer_id: rui }));
    await insert("appeal", anAppeal({ action_id: measure.id, state: "upheld", ruled_by_id: rui, ruled_at: at, grounds: "…" }));
  }],
  ["a ruling by whoever agreed that an interim measure lasts longer", "appeal_independence", async () => {
    const measure = anInterim();
    await insert("action", measure);
    await insert("interim_extension", anExtension({ action_id: measure.id, reviewer_id: rui }));
    await insert("appeal", anAppeal({ action_id: measure.id, state: "upheld", ruled_by_id: rui, ruled_at: at, grounds: "…" }));
  }],
  ["a ladder that is changed after it was saved", "ladder_stays", async () => {
    await insert("ladder", aLadder());
    await sql.query("UPDATE ladder SET strike_weight = 9");
  }],
  ["a ladder that is called off twice", "ladder_stays", async () => {
    await insert("ladder", aLadder());
    const callOff = () => sql.query("UPDATE ladder SET cancelled_at = $1, cancelled_by_id = $2, cancel_reason = '…'", [at, ana]);
    await callOff();
    await callOff();
  }],
  ["a ladder that begins before an earlier version", "ladder_in_order", async () => {
    await insert("ladder", aLadder());
    await insert("ladder", aLadder({ version: 2, effective_from: "2026-11-19T00:00:00Z" }));
  }],
  ["a strike on a ladder that never expires", "ladder_strike_bounds", () => insert("ladder", aLadder({ strike_expiry_days: 0 }))],
  ["a feature that contains itself", "feature_not_in_itself", () => insert("feature", { platform_id: ids.platform, code: "fax", name: "fax", includes: ["fax"] })],
  ["a gate row twice", "gate_entry_pkey", async () => {
    const row = { account_id: ids.account, feature: "chatbot", verdict: "deny", reason_code: "restricted", updated_at: at };
    await insert("gate_entry", row);
    await insert("gate_entry", row);
  }],
  ["a strike that weighs nothing", "strike_weight_positive", async () => {
    const clause = randomUUID();
    await insert("clause", { id: clause, policy_id: ids.policy, code: "P-1.a", area: "spam" });
    await insert("strike", { id: randomUUID(), account_id: ids.account, decision_id: ids.decision, clause_id: clause, weight: 0, issued_at: at, expires_at: "2027-11-20T12:00:00Z" });
  }],
  ["a referral that rests on no decided referral", "referral_of_referral_action", () => insert("referral", aReferral({ action_id: ids.action }))],
  ["a second live referral of one action", "referral_one_live_per_action", async () => {
    await insert("referral", aReferral());
    await insert("referral", aReferral());
  }],
  ["a referral approved by its drafter", "referral_four_eyes", () => insert("referral", aReferral(approved(ana)))],
  ["a referral approved by whoever wrote on it", "referral_four_eyes", () => insert("referral", aReferral({ ...approved(leo), editor_ids: [ana, leo] }))],
  ["a referral that is written on after it was handed in", "referral_content_frozen", async () => {
    await insert("referral", aReferral(handedIn));
    await sql.query("UPDATE referral SET narrative = 'other'");
  }],
  ["another approver than the one who approved", "referral_content_frozen", async () => {
    await insert("referral", aReferral(approved(leo)));
    await sql.query("UPDATE referral SET approver_id = $1", [rui]);
  }],
  ["an original that goes along without a reason", "referral_item_original_has_reason", async () => {
    const referral = aReferral();
    await insert("referral", referral);
    await insert("referral_item", { id: randomUUID(), referral_id: referral.id, evidence_file_id: await aFile(), original: true, reason: " " });
  }],
  ["a picture that goes along redacted and as an original", "referral_item_rendition_or_original", async () => {
    const referral = aReferral();
    await insert("referral", referral);
    await insert("referral_item", { id: randomUUID(), referral_id: referral.id, evidence_file_id: await aFile(), original: true, reason: "…", redaction: "{}", rendition_sha256: "0".repeat(64), rendition_size: 1 });
  }],
  ["a rendition of which nobody says what was covered", "referral_item_rendition_whole", async () => {
    const referral = aReferral();
    await insert("referral", referral);
    await insert("referral_item", { id: randomUUID(), referral_id: referral.id, evidence_file_id: await aFile(), rendition_sha256: "0".repeat(64), rendition_size: 1 });
  }],
  ["evidence that is added after a referral was handed in", "referral_content_frozen", async () => {
    const referral = aReferral(handedIn);
    await insert("referral", referral);
    await insert("referral_item", { id: randomUUID(), referral_id: referral.id, evidence_file_id: await aFile() });
  }],
  ["a hold lifted by whoever asked for it", "legal_hold_two_people_lift", () =>
    insert("legal_hold", aHold({ lift_requested_by_id: leo, lift_requested_at: at, lift_reason: "…", lifted_by_id: leo, lifted_at: at }))],
  ["a hold that is changed", "legal_hold_kept", async () => {
    await insert("legal_hold", aHold());
    await sql.query("UPDATE legal_hold SET reason = 'other'");
  }],
  ["a preservation request renewed twice", "preservation_renewed_once", () => insert("preservation_request", aRequest({ renewals: 2 }))],
  ["a preservation clock that is moved without a renewal", "preservation_renewed_once", async () => {
    await insert("preservation_request", aRequest());
    await sql.query("UPDATE preservation_request SET expires_at = '2028-01-01T00:00:00Z'");
  }],
  ["the deletion of evidence under a hold", "evidence_kept", async () => {
    await aFile();
    await insert("legal_hold", aHold());
    await sql.query("UPDATE evidence_file SET deleted_at = $1", [at]);
  }],
  ["the deletion of evidence while a preservation request runs", "evidence_kept", async () => {
    await aFile();
    await insert("preservation_request", aRequest());
    await sql.query("DELETE FROM evidence_file");
  }],
  ["the deletion of evidence of a live referral", "evidence_kept", async () => {
    const [referral, file] = [aReferral(), await aFile()];
    await insert("referral", referral);
    await insert("referral_item", { id: randomUUID(), referral_id: referral.id, evidence_file_id: file });
    await sql.query("UPDATE evidence_file SET deleted_at = $1", [at]);
  }],
  ["what a mail server answered, written anew", "policy_notice_message_kept", async () => {
    await aPolicyMessage({ state: "handed_over", handed_over_at: at, smtp_reply: "250 queued" });
    await sql.query("UPDATE policy_notice_message SET handed_over_at = '2026-11-01T12:00:00Z'");
  }],
  ["a notice that was accepted and waits again", "policy_notice_message_moves", async () => {
    await aPolicyMessage({ state: "handed_over", handed_over_at: at, smtp_reply: "250 queued" });
    await sql.query("UPDATE policy_notice_message SET state = 'queued'");
  }],
  ["deleted evidence that comes back", "evidence_deleted_for_good", async () => {
    await aFile();
    await sql.query("UPDATE evidence_file SET deleted_at = $1", [at]);
    await sql.query("UPDATE evidence_file SET deleted_at = NULL");
  }],
])("refuses %s", async (_what, constraint, run) => {
  await expect(run()).rejects.toMatchObject({ constraint });
});

test.each(["policy_shorter_notice", "policy_posting", "policy_notice_campaign", "policy_notice_text", "policy_notice_recipient", "policy_notice_message"])("the application deletes no row of %s", async (table) => {
  await sql.query("SET LOCAL ROLE console_app");
  await expect(sql.query(`DELETE FROM ${table}`)).rejects.toMatchObject({ code: "42501" });
});

test("an extension that was granted stays as it was, and lets the end move as far", async () => {
  const measure = anInterim();
  await insert("action", measure);
  await insert("interim_extension", anExtension({ action_id: measure.id }));
  await endsLater(measure.id, "2026-11-29T12:00:00Z");
  await expect(sql.query("UPDATE interim_extension SET reviewer_id = $1", [leo])).rejects.toThrow(/never change/);
});

test("a milder interim measure that a ruling puts in place asks nobody anew", async () => {
  const measure = anInterim({ state: "superseded", ended_at: at });
  await insert("action", measure);
  await update("platform", { four_eyes_kinds: ["interim_measure"] });
  await insert("action", anInterim({ replaces_id: measure.id, ends_at: "2026-11-25T12:00:00Z" }));
});

test("a decision is reviewed by somebody who had no part in it, whatever they do afterwards", async () => {
  await insert("action", anAction({ decision_id: ids.other }));
  await reviewed(ids.other, rui);
  await insert("action", anAction({ decision_id: ids.other, proposer_id: rui }));
  await sql.query("UPDATE decision SET review_reason = NULL WHERE id = $1", [ids.other]);
});

test("a decided case makes room for a new one in its area", async () => {
  await insert("case", aCase({ area: "fraud" }));
});

test("a rule that is tightened later touches nothing that stands, nor what a ruling puts in its place", async () => {
  const suspension = anAction({ decision_id: ids.other, kind: "suspension", ends_at: "2026-12-10T12:00:00Z" });
  await insert("action", suspension);
  await update("platform", { four_eyes_suspension_days: 5 });
  await sql.query("UPDATE action SET reason = 'looked at again' WHERE id = $1", [suspension.id]);
  await insert("action", anAction({ decision_id: ids.other, kind: "suspension", ends_at: "2026-12-01T12:00:00Z" }));
});

test("a suspension of thirty local days needs no second person, also when the clocks change", async () => {
  await insert("action", anAction({ kind: "suspension", starts_at: "2026-10-20T18:00:00Z", ends_at: "2026-11-19T19:00:00Z" }));
});

test("a statement of reasons stays as it was issued", async () => {
  await insert("statement_of_reasons", { id: randomUUID(), decision_id: ids.decision, language: "en", content: "{}", subject: "…", text: "…", html: "…", issued_at: at });
  await expect(sql.query("UPDATE statement_of_reasons SET text = 'other'")).rejects.toThrow(/never change/);
});

test("badges follow cases through every change, in bulk too", async () => {
  const counts = async () => {
    const { rows } = await sql.query(`SELECT state, sum(count)::int AS count FROM case_counter WHERE platform_id = $1 GROUP BY state HAVING sum(count) <> 0 ORDER BY state`, [ids.platform]);
    return Object.fromEntries(rows.map((row: { state: string; count: number }) => [row.state, row.count]));
  };
  expect(await counts()).toEqual({ decided: 1 });
  for (const area of ["a", "b", "c"]) await insert("case", aCase({ area }));
  expect(await counts()).toEqual({ open: 3, decided: 1 });
  await sql.query(`UPDATE "case" SET state = 'investigating' WHERE area IN ('a', 'b')`);
  await sql.query(`UPDATE "case" SET priority = 70`);
  expect(await counts()).toEqual({ open: 1, investigating: 2, decided: 1 });
});

import type { Refusal } from "../result";

/** How a refusal is told: over HTTP by its status, to a person by its sentence. */
export interface RefusalText {
  status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 423 | 429 | 503;
  sentence: string;
}

/**
 * Every reason a command may refuse with. One table, so that pages, the API and the command line say the same.
 * A sentence says what stands in the way and what can be done about it.
 */
export const refusals: Readonly<Record<string, RefusalText>> = {
  forbidden: { status: 403, sentence: "Your role does not allow this. Ask a lead or an admin if you need it." },
  not_found: { status: 404, sentence: "This does not exist, or not any more." },
  invalid: { status: 422, sentence: "Something in the form is not right. Check the marked fields." },
  stale: { status: 409, sentence: "Somebody changed this while you were working on it. Look at what changed, then try again." },
  rate_limited: { status: 429, sentence: "There were many tries in a short time. Wait a few minutes, then try again." },
  illegal_move: { status: 409, sentence: "This is not possible in its present state. Reload the page to see where it stands." },

  case_held_by_other: { status: 423, sentence: "Somebody else is working on this case. Ask them to release it, or ask a lead to reassign it." },
  lease_missing: { status: 409, sentence: "You do not hold this case at the moment. Claim it first." },
  case_decided: { status: 409, sentence: "This case is decided already. Reopen it to work on it again." },
  no_reporter_address: { status: 422, sentence: "This reporter left no address, so there is nobody to ask." },
  report_not_in_case: { status: 422, sentence: "This report does not belong to the case." },
  open_case_exists: { status: 409, sentence: "Another case about this account and policy area is open. Work on that one instead." },
  wrong_credentials: { status: 401, sentence: "This address and password do not match. Check both and try again." },
  wrong_code: { status: 401, sentence: "This code is not right, or it was used already. Wait for the next one and try again." },
  not_enrolled: { status: 409, sentence: "Your sign-in has to start again. Go back to the sign-in page." },
  already_enrolled: { status: 409, sentence: "Your authenticator app is set up already." },
  link_spent: { status: 410, sentence: "This invitation was used already or is too old. Ask an admin for a new one." },
  password_names_owner: { status: 422, sentence: "Choose a password without your name or address in it." },
  email_taken: { status: 409, sentence: "Somebody with this address is here already." },
  last_admin: { status: 409, sentence: "This is the last admin. Make somebody else an admin first." },
  already_set_up: { status: 409, sentence: "This person has set a password already. Reset their access if they cannot sign in." },
  platform_unknown: { status: 404, sentence: "There is no such platform." },
  holiday_exists: { status: 409, sentence: "This day is in the calendar already." },
  other_platform: { status: 403, sentence: "This key belongs to another platform." },
  scope_missing: { status: 403, sentence: "This key does not carry the scope this needs." },
  account_unknown: { status: 404, sentence: "This platform has no account with that id." },
  case_unknown: { status: 404, sentence: "There is no case with that reference." },
  notice_unknown: { status: 404, sentence: "There is no mail with that id." },
  job_unknown: { status: 404, sentence: "No failed job has that id." },
  not_forward: { status: 409, sentence: "The clock only moves forward." },
  test_clock_off: { status: 404, sentence: "The console goes by the real clock: start it with TEST_CLOCK=1, which production refuses." },
  api_key_over: { status: 409, sentence: "This key has ended already. Make a new one instead." },
  webhook_address_refused: { status: 422, sentence: "Webhooks go to public https addresses without a password in them. Give such an address." },
  webhook_endpoint_unknown: { status: 404, sentence: "There is no such webhook endpoint." },
  webhook_endpoint_off: { status: 409, sentence: "This endpoint is switched off. Switch it on first." },
  webhook_delivery_unknown: { status: 404, sentence: "There is no such delivery." },
  webhook_delivery_pending: { status: 409, sentence: "This delivery is still on its way. Wait until it has ended." },
  api_key_unknown: { status: 404, sentence: "There is no such key." },
  already_disabled: { status: 409, sentence: "This person is disabled. Let them back in first." },
  not_disabled: { status: 409, sentence: "This person is not disabled." },
  own_account: { status: 409, sentence: "You cannot do this to your own account. Ask another admin." },
  demo_person: { status: 409, sentence: "Demo people keep the password they came with." },
  question_open: { status: 409, sentence: "A question to the account holder is open already. Wait for the answer, or take the question back." },
  no_question: { status: 409, sentence: "No question is open any more. The account holder may have answered it." },
  no_account_address: { status: 422, sentence: "The platform gave us no address of this account, so there is nobody to ask." },
  account_elsewhere: { status: 422, sentence: "This account is not on the report's platform. Choose another one." },
  happened_in_future: { status: 422, sentence: "This day or time has not come yet where the platform is." },
  clause_unknown: { status: 422, sentence: "This rule is not in force on the report's platform. Choose another one." },
  idempotency_key_reused: { status: 422, sentence: "This key was used for another request. Use a new key for each one." },
  report_closed: { status: 409, sentence: "This report is closed. Send a new report if something else happened." },
  nothing_added: { status: 422, sentence: "Write something or choose a file." },
  evidence_unreadable: { status: 503, sentence: "The stored file cannot be read or is not the one that was taken in. Tell an admin: the log names it." },
  too_many_views: { status: 422, sentence: "You have thirty saved views already. Remove one first." },
  feature_exists: { status: 409, sentence: "This platform has a feature with that code already. Change its names instead." },
  feature_unknown: { status: 404, sentence: "This platform has no such feature." },
  feature_circle: { status: 422, sentence: "A feature cannot contain itself, not even by way of another one." },
  feature_restricting: { status: 409, sentence: "Measures that restrict this feature are in force, so what it contains cannot change now. Try again when they have ended." },
  feature_on_ladder: { status: 409, sentence: "A ladder in force or scheduled names this feature. Take it off the ladder first." },
  feature_contained: { status: 409, sentence: "Another feature contains this one. Take it out there first." },
  four_eyes_moved: { status: 409, sentence: "Somebody changed this while you were working on it. What holds now is shown below: change it from there." },
  four_eyes_downward: { status: 422, sentence: "A platform can ask for a second person sooner, never later than after 30 days." },
  ladder_unknown_feature: { status: 422, sentence: "A rung restricts a feature that this platform does not offer. Choose features it has." },
  ladder_out_of_order: { status: 422, sentence: "A rung is not stricter than the one below it. Make it stricter, or write why it is meant to be so." },
  ladder_unchanged: { status: 422, sentence: "This says what the ladder in force says already. Change something first." },
  ladder_moved: { status: 409, sentence: "Somebody saved another version of this ladder while you were working on yours. Look at theirs below, then start from it." },
  ladder_scheduled: { status: 409, sentence: "A version of this ladder waits for its day already. Call it off first, or wait until it is in force." },
  ladder_not_scheduled: { status: 409, sentence: "This version does not wait for its day: it is in force, or was called off already." },
  effective_in_past: { status: 422, sentence: "This day is over where the platform is. Choose today or a later day." },
  effective_too_far: { status: 422, sentence: "Choose a day within a year from today." },
  justification_missing: { status: 422, sentence: "This leaves the recommended rung. Write why, in a sentence or two, or choose the recommended one." },
  unknown_feature: { status: 422, sentence: "Choose features that this platform has." },
  start_passed: { status: 422, sentence: "The moment at which this was to take effect is over. Give a later one, or leave it empty for at once." },
  start_too_late: { status: 422, sentence: "This starts too far ahead. Give a moment within 90 days." },
  warning_scheduled: { status: 422, sentence: "A warning counts from the moment it is told. Leave the start empty, or choose another rung." },
  tip_off_without_referral: { status: 422, sentence: "Only a referral to law enforcement can keep the account holder from being told." },
  evidence_not_in_case: { status: 422, sentence: "Some of the evidence does not belong to this case. Reload the page and choose again." },
  clause_not_in_force: { status: 422, sentence: "This clause was not in force on that day. Check the date, or cite another clause." },
  conduct_in_future: { status: 422, sentence: "This day has not come yet. Give the day on which it happened." },
  no_ladder: { status: 422, sentence: "This platform has no ladder for the severity of this clause. Ask an admin to add one." },
  leak: { status: 422, sentence: "The text could tell the account holder who reported them. Rewrite the marked words, or say why they are no leak." },
  proposal_pending: { status: 409, sentence: "A proposal on this case waits for a second person. Wait for the answer, or take the proposal back." },
  already_answered: { status: 409, sentence: "Somebody has answered this proposal already." },
  own_proposal: { status: 403, sentence: "You proposed this, so somebody else has to answer it." },
  not_own_proposal: { status: 403, sentence: "Only the person who proposed this can take it back." },
  proposal_expired: { status: 410, sentence: "This proposal waited too long and has lapsed. It has to be proposed again." },
  case_changed: { status: 409, sentence: "The case changed after this was proposed, so it cannot be approved as it is. Reject it, so that it can be proposed again." },
  interim_exists: { status: 409, sentence: "An interim measure is in place for this case already. Extend it, or lift it first." },
  interim_too_long: { status: 422, sentence: "Interim measures on one account cannot last that long in all, earlier ones included. Decide the case instead." },
  no_end_to_extend: { status: 422, sentence: "This action has no end that could be moved." },
  nothing_changed: { status: 422, sentence: "That is what is in place already. Change the measure, its days or its features." },
  over_already: { status: 422, sentence: "Counted from the start of the action, that would be over already. Lift the action instead." },
  change_too_long: { status: 422, sentence: "No action lasts longer than 3,650 days. Give fewer days." },
  appeal_under_way: { status: 409, sentence: "An appeal against this action is open. It has to be ruled on first." },
  not_milder: { status: 422, sentence: "A ruling can only put a milder measure in the place of this one." },
  staff_not_available: { status: 422, sentence: "This person cannot take cases: they are disabled or lack the permission." },

  not_independent: { status: 403, sentence: "You made, proposed or approved this decision, so somebody else has to look at the appeal." },
  appeal_live: { status: 409, sentence: "An appeal against this action is open already." },
  already_ruled: { status: 409, sentence: "An appeal against this action was ruled on already." },
  action_undone: { status: 409, sentence: "This action was taken back or replaced, so there is nothing to appeal." },
  appeal_over: { status: 409, sentence: "This appeal is settled already." },
  appeal_held_by_other: { status: 409, sentence: "Somebody else reviews this appeal. Ask them to give it to you." },
  grounds_missing: { status: 422, sentence: "Write the grounds: the account holder reads them." },
  not_late: { status: 422, sentence: "This appeal came in time, so it cannot be turned down as late." },
  action_ended: { status: 409, sentence: "This action has ended, so it cannot be modified any more. Uphold it or overturn it." },
};

const unforeseen: RefusalText = { status: 409, sentence: "This was not done. Reload the page and try again." };

export const refusalText = (reason: string): RefusalText =>
  Object.hasOwn(refusals, reason) ? refusals[reason]! : unforeseen;

/** What an action returns for a refusal: the sentence under `refusal`, with the table's status. */
export function refused(refusal: Refusal): { body: { refusal: string; reason: string }; init: { status: number } } {
  const { status, sentence } = refusalText(refusal.reason);
  return { body: { refusal: sentence, reason: refusal.reason }, init: { status } };
}

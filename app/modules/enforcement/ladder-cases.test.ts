import { DateTime } from "luxon";
import { expect, test } from "vitest";
import type { Severity } from "~/modules/policy/severity";
import { defaultLadders } from "./default-ladders";
import { recommendRung, type LadderFinding, type Strike } from "./ladder";

/**
 * The seeded ladders, case by case: what was found, what stands on the account's record, and the sentence staff read.
 * A finding is "severity area". A strike is "weight area", with "expired", "voided" or "later" where it does not count.
 */
const now = DateTime.fromISO("2026-11-20T12:00:00Z", { zone: "utc" });
const names = { marketing_messages: "marketing messages", template_messages: "template messages" };

const findingOf = (text: string, index: number): LadderFinding => {
  const [severity, area = "spam"] = text.split(" ") as [Severity, string?];
  return { clauseCode: `CF-AUP-9.${index}`, area, ladder: defaultLadders.find((ladder) => ladder.severity === severity)! };
};
const strikeOf = (text: string, index: number): Strike => {
  const [weight, area = "spam", fate] = text.split(" ");
  return {
    id: `s${index}`,
    area,
    weight: Number(weight),
    issuedAt: fate === "later" ? now.plus(1) : now.minus({ days: 30 }),
    expiresAt: fate === "expired" ? now : now.plus({ days: 60 }),
    voidedAt: fate === "voided" ? now.minus({ days: 1 }) : null,
  };
};
const recommend = (found: string[], record: string[]) => recommendRung(found.map(findingOf), record.map(strikeOf), now, names);

const low = {
  2: "3-day restriction of marketing messages",
  3: "14-day restriction of marketing messages and template messages",
  4: "7-day suspension",
};
const medium = {
  2: "7-day restriction of marketing messages",
  3: "30-day restriction of marketing messages and template messages",
  4: "30-day suspension",
};
const gone = "permanent termination";

test.each<[found: string[], record: string[], rung: number, explanation: string]>([
  // Low severity climbs one rung a strike, from a warning.
  [["low"], [], 1, "First active strike for spam: warning."],
  [["low"], ["1"], 2, `Second active strike for spam: ${low[2]}.`],
  [["low"], ["1", "1"], 3, `Third active strike for spam: ${low[3]}.`],
  [["low"], ["1", "1", "1"], 4, `Fourth active strike for spam: ${low[4]}.`],
  [["low"], ["1", "1", "1", "1"], 5, `Fifth active strike for spam: ${gone}.`],
  [["low"], ["1", "1", "1", "1", "1"], 5, `Sixth active strike for spam: ${gone}.`],
  // Medium severity, the same places and longer measures.
  [["medium"], [], 1, "First active strike for spam: warning."],
  [["medium"], ["1"], 2, `Second active strike for spam: ${medium[2]}.`],
  [["medium"], ["1", "1"], 3, `Third active strike for spam: ${medium[3]}.`],
  [["medium"], ["1", "1", "1"], 4, `Fourth active strike for spam: ${medium[4]}.`],
  [["medium"], ["1", "1", "1", "1"], 5, `Fifth active strike for spam: ${gone}.`],
  // High severity starts at the third rung.
  [["high"], [], 3, "First active strike for spam (high severity starts at rung 3): 7-day suspension."],
  [["high"], ["1"], 4, "Second active strike for spam: 30-day suspension."],
  [["high"], ["1", "1"], 5, `Third active strike for spam: ${gone}.`],
  [["high"], ["1", "1", "1"], 5, `Fourth active strike for spam: ${gone}.`],
  // Critical severity starts at termination.
  [["critical illegal_content"], [], 5, `First active strike for illegal or harmful content (critical severity starts at rung 5): ${gone}.`],
  [["critical illegal_content"], ["3 illegal_content"], 5, `Second active strike for illegal or harmful content, with earlier strikes of weight 3: ${gone}.`],
  [["critical security_abuse"], [], 5, `First active strike for security abuse (critical severity starts at rung 5): ${gone}.`],
  // A heavy strike leads up by its weight.
  [["low"], ["2"], 3, `Second active strike for spam, with earlier strikes of weight 2: ${low[3]}.`],
  [["low"], ["3"], 4, `Second active strike for spam, with earlier strikes of weight 3: ${low[4]}.`],
  [["low"], ["2", "1"], 4, `Third active strike for spam, with earlier strikes of weight 3: ${low[4]}.`],
  [["low"], ["2", "2"], 5, `Third active strike for spam, with earlier strikes of weight 4: ${gone}.`],
  [["low"], ["9"], 5, `Second active strike for spam, with earlier strikes of weight 9: ${gone}.`],
  [["medium"], ["2"], 3, `Second active strike for spam, with earlier strikes of weight 2: ${medium[3]}.`],
  [["medium"], ["2", "1"], 4, `Third active strike for spam, with earlier strikes of weight 3: ${medium[4]}.`],
  [["medium"], ["3", "1"], 5, `Third active strike for spam, with earlier strikes of weight 4: ${gone}.`],
  [["high"], ["2"], 5, `Second active strike for spam, with earlier strikes of weight 2: ${gone}.`],
  // What does not count: expired, voided, issued later.
  [["low"], ["1 spam expired"], 1, "First active strike for spam: warning."],
  [["low"], ["1 spam voided"], 1, "First active strike for spam: warning."],
  [["low"], ["1 spam later"], 1, "First active strike for spam: warning."],
  [["medium"], ["3 spam expired", "1"], 2, `Second active strike for spam: ${medium[2]}.`],
  [["medium"], ["1", "1 spam voided", "1"], 3, `Third active strike for spam: ${medium[3]}.`],
  [["medium"], ["1 spam later", "1 spam voided", "1 spam expired"], 1, "First active strike for spam: warning."],
  [["high"], ["2 spam voided"], 3, "First active strike for spam (high severity starts at rung 3): 7-day suspension."],
  [["high"], ["2 spam expired", "1"], 4, "Second active strike for spam: 30-day suspension."],
  [["critical deception"], ["3 deception voided"], 5, `First active strike for deception (critical severity starts at rung 5): ${gone}.`],
  // Strikes of other areas count, and are named.
  [["low"], ["1 data_misuse"], 2, `Second active strike on this account, this one for spam (before: 1 for data misuse): ${low[2]}.`],
  [["low"], ["1 data_misuse", "1"], 3, `Third active strike on this account, this one for spam (before: 1 for data misuse, 1 for spam): ${low[3]}.`],
  [["medium"], ["1 api_use"], 2, `Second active strike on this account, this one for spam (before: 1 for API use): ${medium[2]}.`],
  [["medium"], ["1 api_use", "1 api_use"], 3, `Third active strike on this account, this one for spam (before: 2 for API use): ${medium[3]}.`],
  [["medium api_use"], ["1", "1 api_use"], 3, `Third active strike on this account, this one for API use (before: 1 for API use, 1 for spam): ${medium[3]}.`],
  [["medium api_use"], ["1 api_use", "1 deception voided"], 2, `Second active strike for API use: ${medium[2]}.`],
  [["high deception"], ["1"], 4, "Second active strike on this account, this one for deception (before: 1 for spam): 30-day suspension."],
  [["high deception"], ["2"], 5, `Second active strike on this account, this one for deception (before: 1 for spam), with earlier strikes of weight 2: ${gone}.`],
  [["critical security_abuse"], ["1"], 5, `Second active strike on this account, this one for security abuse (before: 1 for spam): ${gone}.`],
  [["low whatsapp_rules"], ["1 whatsapp_rules"], 2, `Second active strike for messaging rules: ${low[2]}.`],
  [["low resource_misuse"], ["2 chatbot_misuse"], 3, `Second active strike on this account, this one for resource misuse (before: 1 for chatbot misuse), with earlier strikes of weight 2: ${low[3]}.`],
  // Of several findings the highest rung leads, on the same rung the gravest, then the first code.
  [["low", "medium"], [], 1, "First active strike for spam: warning."],
  [["low", "high"], [], 3, "First active strike for spam (high severity starts at rung 3): 7-day suspension."],
  [["high", "low"], [], 3, "First active strike for spam (high severity starts at rung 3): 7-day suspension."],
  [["medium", "critical illegal_content"], [], 5, `First active strike for illegal or harmful content (critical severity starts at rung 5): ${gone}.`],
  [["low", "medium data_misuse"], ["1 data_misuse"], 2, `Second active strike for data misuse: ${medium[2]}.`],
  [["medium", "low"], ["1", "1"], 3, `Third active strike for spam: ${medium[3]}.`],
  [["low", "medium", "high"], ["1"], 4, "Second active strike for spam: 30-day suspension."],
  [["low", "high deception"], ["1", "1", "1"], 5, `Fourth active strike on this account, this one for deception (before: 3 for spam): ${gone}.`],
  [["low api_use", "low"], [], 1, "First active strike for API use: warning."],
  [["low", "low api_use"], [], 1, "First active strike for spam: warning."],
  [["medium deception", "medium"], ["1"], 2, `Second active strike on this account, this one for deception (before: 1 for spam): ${medium[2]}.`],
  [["high", "critical security_abuse", "critical"], [], 5, `First active strike for security abuse (critical severity starts at rung 5): ${gone}.`],
  [["low", "low", "low"], [], 1, "First active strike for spam: warning."],
  // Long records are told without running out of words.
  [["low"], Array<string>(9).fill("1"), 5, `Tenth active strike for spam: ${gone}.`],
  [["low"], Array<string>(10).fill("1"), 5, `11th active strike for spam: ${gone}.`],
  [["low"], Array<string>(20).fill("1"), 5, `21st active strike for spam: ${gone}.`],
  [["medium"], [...Array<string>(3).fill("1"), ...Array<string>(6).fill("1 spam expired")], 4, `Fourth active strike for spam: ${medium[4]}.`],
  [["low"], ["1 an_area_of_a_later_policy"], 2, `Second active strike on this account, this one for spam (before: 1 for an area of a later policy): ${low[2]}.`],
])("%j after %j: rung %i", (found, record, rung, explanation) => {
  expect(recommend(found, record)).toMatchObject({ rung, explanation });
});

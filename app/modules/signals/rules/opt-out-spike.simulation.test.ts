import { expect, test } from "vitest";
import { binomial, lognormal, seeded } from "../../../../test/support/chance";
import { ruleVersion } from "./default-rules";
import { addCounts, forgetCounts, newOptOutCounts } from "./opt-out-counts";
import { calm, judgeUntil, type ClosedEpisode, type SpikeContext } from "./opt-out-episode";
import type { VersionOf } from "./rule-book";

const perDay = 96;
const cohortShare = 0.005;
const version = ruleVersion("opt_out_spike") as VersionOf<"opt_out_spike">;
const context: SpikeContext = { versionAt: () => version, cohortBefore: () => ({ delivered: 2_000_000, optOuts: 2_000_000 * cohortShare }) };

/** The share of opt-outs on a day, as a part of the account's own usual one. */
type Course = (day: number) => number;
const steady: Course = () => 1;

/**
 * One account that sends so much a day, in forty quarter hours of it. Its own usual share is not its cohort's, and no day
 * is like another: a campaign more or less well received makes it half or one and a half of that.
 */
function episodesOf(random: () => number, daily: number, days: number, course: Course): ClosedEpisode[] {
  const counts = newOptOutCounts();
  const state = calm(0);
  const own = cohortShare * lognormal(random, 0.3);
  const episodes: ClosedEpisode[] = [];
  for (let day = 0; day < days; day += 1) {
    const share = Math.min(1, own * lognormal(random, 0.2) * course(day));
    for (let quarter = 32; quarter < 72; quarter += 1) {
      const delivered = Math.floor((daily / 40) * 2 * random());
      const optOuts = binomial(random, delivered, share);
      if (delivered > 0) addCounts(counts, day * perDay + quarter, { delivered, optOuts });
    }
    episodes.push(...judgeUntil(state, counts, (day + 1) * perDay, context));
    forgetCounts(counts, (day + 1) * perDay);
  }
  return state.open ? [...episodes, { ...state.open, closedIn: days * perDay }] : episodes;
}

/** Per account and year, of accounts that do nothing unusual. The bounds stand a little above what these seeds gave. */
test.each([
  [40, 300, 0.01],
  [400, 300, 0.05],
  [4_000, 200, 0.05],
  [40_000, 100, 0.05],
])("accounts that send %i a day raise few false alarms", { timeout: 240_000 }, (daily, accounts, most) => {
  const random = seeded(daily);
  const days = 180;
  let alarms = 0;
  let drifts = 0;
  for (let account = 0; account < accounts; account += 1) {
    const episodes = episodesOf(random, daily, days, steady);
    alarms += episodes.length;
    drifts += episodes.filter(({ by }) => by === "drift").length;
  }
  const yearly = alarms / ((accounts * days) / 365);
  console.log(`${daily} a day: ${alarms} false alarms (${drifts} slow rises) in ${Math.round((accounts * days) / 365)} account years, ${yearly.toFixed(4)} a year`);
  expect(yearly).toBeLessThanOrEqual(most);
});

/** Seen from the day on which it begins. */
const begins = 40;
const bought: Course = (day) => (day === begins ? 6 : 1);
const rising: Course = (day) => (day < begins ? 1 : Math.min(4, 1 + (day - begins) / 10));

test.each([
  ["a list of strangers, six times the opt-outs for a day", 1_000, bought, 41, 0.75],
  ["the same of a large account", 10_000, bought, 41, 0.99],
  ["a share that rises for a month to four times", 2_000, rising, 75, 0.9],
  ["the same of a large account", 20_000, rising, 70, 0.98],
] as const)("%s (%i a day) is seen", { timeout: 240_000 }, (what, daily, course, until, least) => {
  const random = seeded(daily + 1);
  const accounts = 100;
  let seen = 0;
  for (let account = 0; account < accounts; account += 1) {
    const episodes = episodesOf(random, daily, until, course);
    if (episodes.some(({ openedIn }) => openedIn >= begins * perDay)) seen += 1;
  }
  console.log(`${what}, ${daily} a day: seen in ${seen} of ${accounts}`);
  expect(seen / accounts).toBeGreaterThanOrEqual(least);
});

import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "~/infra/deps.server";
import { aCampaign, aScheduledVersion, manyAccounts } from "./campaigns";
import { startUnrulySink, type Mood } from "./unruly-sink";

export interface KilledCampaign {
  recipients: number;
  kills: number;
  notified: number;
  /** Accounts the server took the message for, whatever we know of it. */
  reached: number;
  /** Messages the server took once more than it answered for: a kill between its answer and the mark. */
  repeated: number;
  /** Messages it took and hung up on, so that nobody could know. */
  unanswered: number;
  /** Addresses that saw more than one Message-ID. */
  strangers: number;
  /** The longest time from a kill to the next message taken, in milliseconds; null without a kill. */
  longestStandstillMs: number | null;
}

interface Killable {
  ready: Promise<unknown>;
  kill(): Promise<void>;
}

/** Refuses nobody for good, and is otherwise as difficult as mail servers are. */
const mood = (address: string, tryNumber: number): Mood => {
  const n = Number(/\d+/.exec(address)![0]);
  if (n % 20 === 1 && tryNumber <= 2) return "defer";
  if (n % 20 === 3 && tryNumber === 1) return "drop_in_data";
  if (n % 40 === 5 && tryNumber === 1) return "drop_after_data";
  return n % 100 === 7 ? "slow" : "take";
};

/**
 * Sends a campaign to a difficult server with two senders at once, of which one is killed with SIGKILL after every so many messages and
 * another started in its place.
 */
export async function killedCampaign(deps: Deps, { recipients, kills, start, patienceMs }: { recipients: number; kills: number; patienceMs: number; start: (smtpUrl: string) => Promise<Killable> }): Promise<KilledCampaign> {
  const sink = await startUnrulySink(mood, { slowMs: 200 });
  try {
    const { platformId, versionId } = await aScheduledVersion(deps);
    await manyAccounts(deps, platformId, recipients, { domains: 200 });
    const taken = (): number => sink.taken.size;
    const deadline = performance.now() + patienceMs;
    const until = async (what: string, holds: () => boolean | Promise<boolean>, everyMs: number): Promise<void> => {
      while (!(await holds())) {
        if (performance.now() > deadline) throw new Error(`not in time: ${what}, at ${taken()} of ${recipients}`);
        await sleep(everyMs);
      }
    };
    const senders = [await start(sink.url), await start(sink.url)];
    await Promise.all(senders.map(({ ready }) => ready));
    const campaignId = await aCampaign(deps, versionId);
    const each = Math.floor((recipients * 0.9) / (kills + 1));
    let killed = 0;
    let longest: number | null = null;
    for (; killed < kills; killed += 1) {
      await until("messages before the next kill", () => taken() >= (killed + 1) * each, 2);
      const victim = senders.shift()!;
      const fresh = start(sink.url);
      await victim.kill();
      const [at, before] = [performance.now(), taken()];
      if (before < recipients) {
        await until("sending to go on after a kill", () => taken() > before, 5);
        longest = Math.max(longest ?? 0, performance.now() - at);
      }
      senders.push(await fresh);
    }
    await until("the campaign to be complete", async () => (await deps.db.policyNoticeCampaign.findUniqueOrThrow({ where: { id: campaignId } })).state === "complete", 200);
    await Promise.all(senders.map(({ ready }) => ready));
    await Promise.all(senders.map((sender) => sender.kill()));
    const all = [...sink.taken.values()];
    const unanswered = all.reduce((sum, one) => sum + one.unanswered, 0);
    return {
      recipients,
      kills: killed,
      notified: await deps.db.policyNoticeRecipient.count({ where: { campaignId, state: "notified" } }),
      reached: taken(),
      repeated: all.reduce((sum, { times }) => sum + times - 1, 0) - unanswered,
      unanswered,
      strangers: all.filter(({ messageIds }) => messageIds.size !== 1).length,
      longestStandstillMs: longest,
    };
  } finally {
    await sink.close();
  }
}

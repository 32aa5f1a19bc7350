import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { mailServerOf } from "~/infra/mail.server";
import { isSingleAddress } from "~/infra/mail-address";
import type { Outcome } from "~/infra/smtp-outcome";
import { signAddress } from "~/infra/signed-address.server";
import { pauseAfter } from "../notice";
import { platformIsPaused } from "../sending/is-paused.server";
import { refusalsThatPause } from "./campaign";
import { chooseContacts } from "./choose-contacts.server";
import { planMail, writeMail, type MailPlan } from "./campaign-mail.server";
import { finishCampaign } from "./finish-campaign.server";
import { openLane, type Lane, type Letter } from "./smtp-lane.server";
import { openMarker } from "./marker.server";
import { pauseCampaign } from "./pause-campaign.server";
import { openSenderLease } from "./sender-lease.server";
import { stageAudience } from "./stage-audience.server";
import { takeMessages, type TakenMessage } from "./take-messages.server";

export interface SenderOptions {
  smtpUrl: string;
  connections?: number;
  /** For so long after its death nobody takes what a sender held. */
  leaseMs?: number;
  sendTimeoutMs?: number;
  idleMs?: number;
  /** How long to wait after so many tries; null: no more. */
  pauseMs?: (attempts: number) => number | null;
}

export interface RunningSender {
  /** Finishes what is on the connections and gives back the rest. */
  stop(): Promise<void>;
}

interface Live {
  id: string;
  state: "sending" | "paused" | "complete";
  isStaged: boolean;
  ratePerSecond: number;
  domainPerSecond: number;
  warmUpMinutes: number;
  fromName: string;
  fromAddress: string;
}

type Job = TakenMessage & { campaign: Live };

/** @property generation of the sender when it was taken: after another one it may be somebody else's */
interface Taken {
  job: Job;
  generation: number;
  letter?: Letter | null;
}

const keeper = { kind: "system", name: "campaigns" } as const;
const longestBackOffMs = 10_000;

/**
 * Sends campaigns until stopped: writes audiences out, chooses contacts, takes what is due and hands it over on several connections. Any
 * number of these run side by side. A connection sends its next message only once the last one's mark is committed, so whenever the
 * process dies, at most one message a connection was accepted and is not marked, and that one goes again under its own Message-ID.
 */
export function startCampaignSender(deps: Pick<Deps, "db" | "clock" | "crypto" | "log">, options: SenderOptions): RunningSender {
  const { smtpUrl, connections = 32, leaseMs = 2_000, sendTimeoutMs = 60_000, idleMs = 1_000, pauseMs = pauseAfter } = options;
  const server = mailServerOf(smtpUrl);
  const lease = openSenderLease(deps, leaseMs);
  const marker = openMarker(deps, lease, () => stopping.signal.aborted, Math.max(4, connections / 2));
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  /** More is taken while so many are left, or the connections would stand still until it has come. */
  const ready = connections * 4;
  const pause = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const lanes = Array.from({ length: connections }, () => openLane(server, sendTimeoutMs));
  const plans = new Map<string, MailPlan>();
  const reading = new Map<string, Promise<MailPlan>>();
  const queue: Job[] = [];
  const hungry: (() => void)[] = [];
  let [live, busy, refusedInARow, generation]: [Live[], number, number, number] = [[], 0, 0, 0];
  let wake: (() => void) | null = null;

  const isOurs = (taken: Taken): boolean => taken.generation === generation && isSending(taken.job);

  const planKey = ({ campaign, language, textDay }: Job): string => `${campaign.id} ${language} ${textDay}`;

  const readPlan = (job: Job): Promise<MailPlan> => {
    const [{ campaign, language, textDay }, key] = [job, planKey(job)];
    const asked = reading.get(key);
    if (asked) return asked;
    const made = deps.db.policyNoticeText.findFirstOrThrow({ where: { campaignId: campaign.id, language, effectiveDay: { lte: new Date(textDay) } }, orderBy: { effectiveDay: "desc" } }).then((text) => {
      const plan = planMail(text, { campaignId: campaign.id, fromName: campaign.fromName, fromAddress: campaign.fromAddress, language });
      plans.set(key, plan);
      return plan;
    });
    reading.set(key, made);
    return made.finally(() => reading.delete(key));
  };

  /** Others may have taken what this one held: it lets go of everything, in the middle of a message if need be. */
  const letGo = (): void => {
    generation += 1;
    queue.length = 0;
    for (const lane of lanes) lane.cut();
  };

  const isSending = (job: Job): boolean => job.isWanted === "yes" && lease.holds() && live.some(({ id, state }) => id === job.campaign.id && state === "sending");

  const write = (job: Job, plan: MailPlan): Letter | null => {
    const to = deps.crypto.open(job.sealed, "account.email");
    if (!isSingleAddress(to)) return null;
    const from = signAddress(deps.crypto, { purpose: "bounce", names: job.id }, plan.domain);
    return { from, to, mail: writeMail(plan, { id: job.id, to, addressee: job.addressee, createdAt: new Date(Math.round(job.createdAt)), returnPath: from }) };
  };

  const note = (job: Job, outcome: Outcome | null): Promise<void> => {
    const at = deps.clock();
    const mark = { id: job.id, at: at.toJSDate(), reply: outcome?.reply ?? "" };
    if (!outcome) return marker.mark(job.isWanted === "address_taken_back" ? { ...mark, as: "taken_back" } : job.isWanted === "account_dropped" ? { ...mark, as: "resting" } : { ...mark, as: "later", dueAt: mark.at, wasTried: false, mayBeTaken: job.mayBeTaken });
    if (outcome.state === "accepted") return marker.mark({ ...mark, as: "handed_over" });
    if (outcome.state === "unsent") return marker.mark({ ...mark, as: "later", dueAt: at.plus(idleMs).toJSDate(), wasTried: false, mayBeTaken: job.mayBeTaken });
    const wait = outcome.state === "deferred" ? pauseMs(job.attempts + 1) : null;
    return marker.mark(wait === null || outcome.state !== "deferred" ? { ...mark, as: "failed" } : { ...mark, as: "later", dueAt: at.plus(wait).toJSDate(), wasTried: true, mayBeTaken: job.mayBeTaken || !outcome.wasAnswered });
  };

  /** A server that refuses everybody refuses us. */
  const watchRefusals = (job: Job, outcome: Outcome | null): Promise<void> | null => {
    if (!outcome || outcome.state === "unsent") return null;
    refusedInARow = outcome.state === "refused" ? refusedInARow + 1 : 0;
    if (refusedInARow < refusalsThatPause) return null;
    refusedInARow = 0;
    // Already while that is being written down the others refuse nobody more.
    live = live.map((each) => (each.id === job.campaign.id ? { ...each, state: "paused" } : each));
    return pauseRefused(job, `${refusalsThatPause} addresses in a row were refused. The last answer: ${outcome.reply}`);
  };

  const pauseRefused = async (job: Job, reason: string): Promise<void> => {
    const paused = await pauseCampaign(deps, keeper, { campaignId: job.campaign.id, reason });
    if (paused.ok) deps.log.error({ campaign: job.campaign.id }, "a campaign was paused: the mail server refuses everybody");
  };

  const take = (): Taken | null => {
    const job = queue.shift();
    if (queue.length < ready) wake?.();
    if (!job) return null;
    busy += 1;
    return { job, generation };
  };

  const nextTaken = async (): Promise<Taken | null> => {
    for (;;) {
      if (stopping.signal.aborted) return null;
      const taken = take();
      if (taken) return taken;
      await new Promise<void>((go) => hungry.push(go));
    }
  };

  /** With much to do the next message is written while this one is on its way, and named with its end; with little it is left to whoever is free first. */
  const takeAhead = (): Taken | null => {
    const plan = queue.length >= connections && !stopping.signal.aborted && isSending(queue[0]!) ? plans.get(planKey(queue[0]!)) : undefined;
    const ahead = plan ? take() : null;
    if (!plan || !ahead) return null;
    try {
      ahead.letter = write(ahead.job, plan);
    } catch {
      // It fails once more in its own turn, which writes it down.
    }
    return ahead;
  };

  const working = async (lane: Lane): Promise<void> => {
    let [backOffMs, ahead]: [number, Taken | null] = [0, null];
    for (let taken = await nextTaken(); taken; taken = ahead ?? (await nextTaken())) {
      const { job } = taken;
      const isNamed = ahead !== null;
      ahead = null;
      try {
        let outcome: Outcome | null = null;
        const letter = isOurs(taken) ? (taken.letter ?? write(job, plans.get(planKey(job)) ?? (await readPlan(job)))) : undefined;
        if (letter) ahead = takeAhead();
        // Reading a text may have taken its time.
        if (letter && isOurs(taken)) outcome = await lane.send(letter, ahead?.letter);
        else if (letter === null) outcome = { state: "refused", reply: "the address is not one mail address" };
        else if (isNamed) lane.cut();
        // What others may hold by now is theirs to speak of, but what was accepted was.
        if (taken.generation === generation || outcome?.state === "accepted") await note(job, outcome);
        const pausing = watchRefusals(job, outcome);
        if (pausing) await pausing;
        backOffMs = outcome?.state === "unsent" ? Math.min(longestBackOffMs, Math.max(250, backOffMs * 2)) : 0;
      } catch (error) {
        deps.log.warn({ err: error, message: job.id }, "a message of a campaign could not be sent; trying again");
        backOffMs = 1_000;
      } finally {
        busy -= 1;
      }
      if (backOffMs > 0) await pause(backOffMs);
      if (stopping.signal.aborted) break;
    }
    if (ahead) busy -= 1;
  };

  const look = async (): Promise<void> => {
    live = await deps.db.$queryRaw<Live[]>`
      SELECT c.id, CASE WHEN c.state = 'sending' AND ${platformIsPaused(Prisma.sql`c.platform_id`)} THEN 'paused' ELSE c.state::text END AS state, c.staged_at IS NOT NULL AS "isStaged", c.rate_per_second AS "ratePerSecond", c.domain_per_second AS "domainPerSecond", c.warm_up_minutes AS "warmUpMinutes",
             c.from_name AS "fromName", c.from_address AS "fromAddress"
        FROM policy_notice_campaign c JOIN policy_version v ON v.id = c.policy_version_id
       WHERE c.state IN ('sending', 'paused') OR c.state = 'complete' AND (v.state = 'scheduled' OR EXISTS (SELECT FROM policy_notice_recipient r WHERE r.campaign_id = c.id AND r.choose_at IS NOT NULL)) ORDER BY c.started_at, c.id`;
    for (const key of plans.keys()) if (!live.some(({ id }) => key.startsWith(id))) plans.delete(key);
  };

  /** Audiences and contacts, beside the sending. */
  const staging = async (): Promise<void> => {
    let more = false;
    for (const campaign of live) {
      if (!campaign.isStaged && campaign.state !== "complete") more = (await stageAudience(deps, campaign.id)) || more;
      more = (await chooseContacts(deps, campaign.id)) > 0 || more;
    }
    if (!more) await pause(Math.min(idleMs, 250));
  };

  const renewing = async (): Promise<void> => {
    await look();
    if (!live.some(({ state }) => state === "sending") && busy === 0) return;
    if (await lease.renew()) return;
    letGo();
    await lease.renew();
  };

  const filling = async (): Promise<void> => {
    let nextAt = Infinity;
    const sending = live.filter(({ state }) => state === "sending");
    for (const campaign of sending) {
      if (queue.length >= ready || !lease.holds()) break;
      const begun = generation;
      const { taken, nextAt: next } = await takeMessages(deps, { campaignId: campaign.id, senderId: lease.id(), most: connections * 16, pace: campaign, sharedBy: sending.length });
      if (begun !== generation) return;
      queue.push(...taken.map((message) => ({ ...message, campaign })));
      for (const go of hungry.splice(0)) go();
      if (taken.length === 0 && busy === 0 && queue.length === 0 && campaign.isStaged) await finishCampaign(deps, campaign.id);
      nextAt = Math.min(nextAt, next ?? Infinity);
    }
    if (queue.length >= ready) return stopping.signal.aborted ? undefined : new Promise((go) => (wake = go));
    await pause(Math.max(5, Math.min(sending.length > 0 ? idleMs : 250, nextAt - deps.clock().toMillis())));
  };

  const repeating = async (what: string, turn: () => Promise<void>, everyMs = 0): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await turn();
      } catch (error) {
        if (!stopping.signal.aborted) deps.log.warn({ err: error }, `${what} of campaigns failed; trying again`);
        if (!lease.holds() && busy > 0) letGo();
        await pause(500);
      }
      if (everyMs > 0) await pause(everyMs);
    }
  };

  const loops = [repeating("renewing the lease", renewing, Math.min(leaseMs / 3, idleMs * 4)), repeating("staging", staging), repeating("taking messages", filling)];
  const work = lanes.map(working);
  return {
    async stop() {
      stopping.abort();
      for (const go of hungry.splice(0)) go();
      wake?.();
      await Promise.all([...loops, ...work]);
      await marker.close();
      for (const lane of lanes) lane.quit();
      await lease.leave().catch((error: unknown) => deps.log.warn({ err: error }, "what a sender of campaigns held is free once its lease has run out"));
    },
  };
}

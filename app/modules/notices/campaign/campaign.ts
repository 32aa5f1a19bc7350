import { stateMachine } from "~/infra/state-machine";

export const campaignStates = ["draft", "sending", "paused", "complete", "stopped"] as const;
export type CampaignState = (typeof campaignStates)[number];

export const campaignMoves = ["start", "pause", "resume", "finish", "go_on", "stop"] as const;
export type CampaignMove = (typeof campaignMoves)[number];

/**
 * A campaign is complete when nobody waits any more; who joins afterwards, or whose message comes back, makes it go on. What
 * was stopped stays so.
 */
export const campaignMachine = stateMachine<CampaignState, CampaignMove>(campaignMoves, {
  draft: { start: "sending", stop: "stopped" },
  sending: { pause: "paused", finish: "complete", stop: "stopped" },
  paused: { resume: "sending", stop: "stopped" },
  complete: { go_on: "sending", stop: "stopped" },
  stopped: {},
});

export const recipientStates = ["waiting", "notified", "unreachable", "dropped"] as const;
export type RecipientState = (typeof recipientStates)[number];

/** So many answers in a row that are all refusals are about us: a server that does not know us refuses everybody. */
export const refusalsThatPause = 50;

/** Where each account's own part goes in a campaign's text. */
export const accountPlace = "{{account}}";

/** Where the notification of everybody stands: what the effect of a version rests on. */
export interface CampaignStanding {
  campaignId: string;
  state: CampaignState;
  /** Everybody of the audience at the snapshot was notified, or told in another way by a person. */
  allNotified: boolean;
  /** When the last of them was; null while nobody was. Joiners do not count (policy-notice.ts). */
  lastNotifiedAt: Date | null;
  /** Of the snapshot's audience: nobody has accepted a message yet, or the list is not whole yet. */
  waiting: number;
  /** Of the snapshot's audience: no address is left, and no person has told them in another way. */
  unreachable: number;
  /** Who came after the snapshot and is not notified yet. */
  joinersWaiting: number;
}

/** What the page of a campaign shows. */
export interface CampaignFigures {
  campaignId: string;
  state: CampaignState;
  /** Null while the list is still being made: the figures grow. */
  stagedAt: Date | null;
  recipients: Record<RecipientState, number>;
  joined: number;
  settled: number;
  messages: { queued: number; handedOver: number; delivered: number; bounced: number; failed: number; complained: number };
  /** Messages a second that were accepted in the last minute. */
  ratePerSecond: number;
  /** At the campaign's own pace, for what waits now; null while nothing is being sent, or the list grows. */
  secondsLeft: number | null;
  languages: { language: string; notified: number; total: number }[];
  /** The largest ones. */
  domains: { domain: string; messages: number; accepted: number }[];
}

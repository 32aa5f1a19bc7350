import type { DateTime } from "luxon";

/**
 * What enforcement ought to be, as simply as it can be said: lists that are searched anew for every question, no table kept
 * up to date. It shares no code with the product.
 */
export type Kind = "warning" | "feature_restriction" | "suspension" | "termination";
export type State = "awaiting_approval" | "active" | "expired" | "lifted" | "reversed" | "superseded" | "rejected";

export interface ModelAction {
  id: string;
  decision: ModelDecision | null;
  kase: ModelCase;
  kind: Kind;
  features: readonly string[];
  interim: boolean;
  state: State;
  /** When it was lifted, or gave way to what was decided. */
  ended?: DateTime;
  /** The reviewer whose ruling made it. */
  ruledBy?: string;
  starts: DateTime;
  ends: DateTime | null;
  closes: DateTime | null;
  informed: boolean;
  /** Whose place it took, or is to take. */
  before: ModelAction | null;
}

export interface ModelDecision {
  id: string;
  kase: ModelCase;
  state: "awaiting_approval" | "in_effect" | "rejected" | "withdrawn" | "modified" | "reversed";
  counted: ModelStrike[];
  recommended: number;
  proposedAt: DateTime;
  forReview: boolean;
}

export interface ModelStrike {
  decision: ModelDecision;
  weight: number;
  issued: DateTime;
  expires: DateTime;
  void: boolean;
}

export interface ModelCase {
  id: string;
  /** A later decision was taken on it: closed to everything else. */
  decided: boolean;
}

export interface ModelAppeal {
  id: string;
  action: ModelAction;
  state: "filed" | "under_review" | "upheld" | "modified" | "overturned" | "inadmissible";
  due: DateTime;
  late: boolean;
}

export interface Change {
  action: ModelAction;
  successor: ModelAction;
  expires: DateTime;
}

export interface Ladder {
  firstRung: number;
  weight: number;
  days: number;
}

const zone = "America/Denver";
const longest = 8.64e15;

/** Written out by hand for the years the sequences can reach: the federal holidays as observed (5 U.S.C. 6103). */
const holidays = new Set(
  "2026-11-26 2026-12-25 2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-18 2027-07-05 2027-09-06 2027-10-11 2027-11-11 2027-11-25 2027-12-24 2027-12-31 2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04".split(" "),
);

export const startOfLocalDay = (at: DateTime, daysLater: number): DateTime => at.setZone(zone).startOf("day").plus({ days: daysLater }).startOf("day").toUTC();
export const localDaysLater = (at: DateTime, days: number): DateTime => at.setZone(zone).plus({ days }).toUTC();

export function tenBusinessDays(filed: DateTime): DateTime {
  let day = filed.setZone(zone).startOf("day");
  for (let counted = 0; counted < 10; ) {
    day = day.plus({ days: 1 });
    if (day.weekday <= 5 && !holidays.has(day.toISODate()!)) counted += 1;
  }
  return startOfLocalDay(day, 1);
}

export class Model {
  actions: ModelAction[] = [];
  decisions: ModelDecision[] = [];
  strikes: ModelStrike[] = [];
  cases: ModelCase[] = [];
  appeals: ModelAppeal[] = [];
  changes: Change[] = [];

  constructor(
    public now: DateTime<true>,
    private readonly includes: ReadonlyMap<string, readonly string[]>,
  ) {}

  activeStrikes(): ModelStrike[] {
    return this.strikes.filter((one) => !one.void && one.issued <= this.now && this.now < one.expires);
  }

  weight(): number {
    return this.activeStrikes().reduce((sum, { weight }) => sum + weight, 0);
  }

  recommended(ladder: Ladder): number {
    return Math.max(1, Math.min(5, ladder.firstRung + this.weight()));
  }

  private covers(action: ModelAction, feature: string): boolean {
    if (action.kind === "suspension" || action.kind === "termination") return true;
    if (action.kind !== "feature_restriction") return false;
    const reached = new Set(action.features);
    for (const code of reached) for (const inner of this.includes.get(code) ?? []) reached.add(inner);
    return reached.has(feature);
  }

  /** Null: allowed; else why, by which of the actions, and until when. */
  gate(feature: string): { reason: string; by: string; until: number | null } | null {
    const on = this.actions.filter((one) => one.state === "active" && this.covers(one, feature));
    const endOf = (one: ModelAction) => one.ends?.toMillis() ?? longest;
    const inEffect = on.filter((one) => one.starts <= this.now && endOf(one) > this.now.toMillis());
    if (inEffect.length === 0) return null;
    const last = Math.max(...inEffect.map(endOf));
    const gravity = { warning: 0, feature_restriction: 1, suspension: 2, termination: 3 };
    const [speaker] = inEffect
      .filter((one) => endOf(one) === last)
      .sort((a, b) => gravity[b.kind] - gravity[a.kind] || Number(a.interim) - Number(b.interim) || (a.id < b.id ? -1 : 1));
    let until = last;
    for (let grew = true; grew; ) {
      const further = Math.max(until, ...on.filter((one) => one.starts.toMillis() <= until).map(endOf));
      grew = further > until;
      until = further;
    }
    const reasons = { warning: "", feature_restriction: "feature_restricted", suspension: "account_suspended", termination: "account_terminated" };
    return { reason: speaker!.interim ? "under_investigation" : reasons[speaker!.kind], by: speaker!.id, until: until === longest ? null : until };
  }

  liveAppeal(action: ModelAction): ModelAppeal | undefined {
    return this.appeals.find((one) => one.action === action && (one.state === "filed" || one.state === "under_review"));
  }

  pendingOn(decision: ModelDecision | null): boolean {
    return this.changes.some(({ action }) => action.decision === decision);
  }

  voidStrikes(decision: ModelDecision, state: "modified" | "reversed"): void {
    const gone = this.strikes.filter((one) => one.decision === decision && !one.void);
    for (const one of gone) one.void = true;
    decision.state = state;
    if (state === "reversed") decision.forReview = false;
    for (const other of this.decisions) {
      const stands = ["awaiting_approval", "in_effect", "modified"].includes(other.state);
      if (other !== decision && stands && other.counted.some((one) => gone.includes(one))) other.forReview = true;
    }
  }

  sweep(): void {
    for (const one of this.actions) if (one.state === "active" && one.ends && one.ends <= this.now) one.state = "expired";
    for (const decision of this.decisions) {
      if (decision.state !== "awaiting_approval" || decision.proposedAt.plus({ hours: 72 }) > this.now) continue;
      decision.state = "withdrawn";
      for (const one of this.actions) if (one.decision === decision && one.state === "awaiting_approval") one.state = "rejected";
    }
    for (const change of this.changes.filter(({ expires }) => expires <= this.now)) this.dropChange(change);
  }

  dropChange(change: Change): void {
    change.successor.state = "rejected";
    this.changes = this.changes.filter((one) => one !== change);
  }

  inform(action: ModelAction): void {
    if (action.informed) return;
    action.informed = true;
    action.closes = startOfLocalDay(this.now, 31);
  }
}

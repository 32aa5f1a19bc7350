import fc from "fast-check";
import { DateTime } from "luxon";
import { expect } from "vitest";
import { newId } from "~/infra/id";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { approveChange, rejectChange } from "~/modules/enforcement/answer-change.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { beginActions } from "~/modules/enforcement/begin-actions.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { expireProposals } from "~/modules/enforcement/expire-proposals.server";
import { liftAction } from "~/modules/enforcement/lift-action.server";
import type { Measure } from "~/modules/enforcement/measure";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { rejectDecision } from "~/modules/enforcement/reject-decision.server";
import { replaceAction } from "~/modules/enforcement/replace-action.server";
import { localDaysLater, tenBusinessDays, type Kind, type Model, type ModelAction, type ModelCase, type ModelDecision } from "./reference";
import { compare, type World } from "./world";

const words = "Messages went on after the numbers had opted out.";
const worker = { kind: "system", name: "model" } as const;
const zone = "America/Denver";
const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)];
const ok = (done: { ok: boolean; reason?: string }): string => (done.ok ? "done" : (done.reason ?? "?"));

/** One step of a sequence: what is done to the product, what the model makes of it, and the comparison after it. */
abstract class Move<Drawn> implements fc.AsyncCommand<Model, World> {
  constructor(readonly drawn: Drawn) {}
  check(_model: Readonly<Model>): boolean {
    return true;
  }
  protected abstract play(model: Model, world: World): Promise<void>;
  async run(model: Model, world: World): Promise<void> {
    await this.play(model, world);
    await compare(world, model);
  }
  toString(): string {
    return `${this.constructor.name}(${JSON.stringify(this.drawn)})`;
  }
}

const proposalOn = (model: Model, kase: ModelCase): ModelDecision | undefined => model.decisions.find((one) => one.kase === kase && one.state === "awaiting_approval");
const undecided = (model: Model): ModelCase[] => model.cases.filter((one) => !one.decided && !proposalOn(model, one));

async function openCase(model: Model, world: World, reuse: boolean): Promise<ModelCase> {
  const [open] = reuse ? undecided(model) : [];
  if (open) return open;
  const fresh = { id: await world.aCase(), decided: false };
  model.cases.push(fresh);
  return fresh;
}

const versionOf = async (world: World, id: string): Promise<number> => (await world.deps.db.case.findUniqueOrThrow({ where: { id }, select: { version: true } })).version;

function takesEffect(model: Model, decision: ModelDecision, action: ModelAction, ladder: { weight: number; days: number }): void {
  decision.state = "in_effect";
  decision.kase.decided = true;
  decision.counted = model.activeStrikes();
  action.state = "active";
  for (const one of model.actions) if (one.interim && one.kase === decision.kase && one.state === "active") Object.assign(one, { state: "superseded", ended: model.now });
  model.strikes.push({ decision, weight: ladder.weight, issued: model.now, expires: model.now.plus({ days: ladder.days }), void: false });
}

type DecideDrawn = { severity: "medium" | "high"; rung: 1 | 2 | 3 | 4 | 5; days: number | null; features: string[]; inHours: number | null; onInterim: boolean };

const proposals = new WeakMap<ModelDecision, { basis: readonly unknown[]; ladder: { weight: number; days: number }; start: DateTime | null; days: number | null }>();

class Decide extends Move<DecideDrawn> {
  protected async play(model: Model, world: World) {
    const { severity, rung, inHours, onInterim } = this.drawn;
    const ladder = world.ladders[severity];
    const usual = ladder.rungs[rung - 1]!;
    const days = usual.days === undefined ? null : (this.drawn.days ?? usual.days);
    const features = usual.kind === "feature_restriction" ? (this.drawn.features.length > 0 ? this.drawn.features : usual.features!) : [];
    const startsAt = inHours === null ? undefined : model.now.plus({ hours: inHours }).setZone(zone).toFormat("yyyy-MM-dd'T'HH:mm");
    const start = startsAt === undefined ? null : DateTime.fromISO(startsAt, { zone }).toUTC();
    const kase = await openCase(model, world, onInterim);
    const recommended = model.recommended(ladder);
    const done = await decideCase(world.deps, world.people.ana, {
      outcome: "violation", caseId: kase.id, version: await versionOf(world, kase.id), idempotencyKey: newId(), evidence: [], rationale: words, facts: words, justification: words,
      findings: [{ clauseId: world.clauses[severity], conductOn: "2026-11-18" }], rung, days: days ?? undefined, features: this.drawn.features, startsAt, lawEnforcementReferral: false, noTipOff: false,
    });
    const expected = usual.kind === "warning" && start ? "warning_scheduled" : start && start > model.now.plus({ days: 90 }) ? "start_too_late" : start && start <= model.now ? "start_passed" : "done";
    expect(ok(done), this.toString()).toBe(expected);
    if (!done.ok) return;
    const waits = usual.kind === "termination" || (usual.kind === "suspension" && days! > 30);
    expect(done.state).toBe(waits ? "awaiting_approval" : "in_effect");
    const { id } = await world.deps.db.action.findFirstOrThrow({ where: { decisionId: done.decisionId }, select: { id: true } });
    const decision: ModelDecision = { id: done.decisionId, kase, state: "awaiting_approval", counted: [], recommended, proposedAt: model.now, forReview: false };
    const starts = start ?? model.now;
    const action: ModelAction = { id, decision, kase, kind: usual.kind as Kind, features, interim: false, state: "awaiting_approval", starts, ends: days === null ? null : localDaysLater(starts, days), closes: null, informed: false, before: null };
    const basis = model.activeStrikes();
    model.decisions.push(decision);
    model.actions.push(action);
    if (waits) proposals.set(decision, { basis, ladder, start, days });
    else takesEffect(model, decision, action, ladder);
  }
}

class FindNothing extends Move<object> {
  override check(model: Readonly<Model>) {
    return undecided(model as Model).length > 0;
  }
  protected async play(model: Model, world: World) {
    const [kase] = undecided(model);
    const done = await decideCase(world.deps, world.people.ana, { outcome: "no_violation", finding: "no_violation", caseId: kase!.id, version: await versionOf(world, kase!.id), idempotencyKey: newId(), evidence: [], rationale: words });
    expect(ok(done)).toBe("done");
    kase!.decided = true;
    for (const one of model.actions) if (one.interim && one.kase === kase && one.state === "active") Object.assign(one, { state: "lifted", ended: model.now });
  }
}

const waiting = (model: Model): ModelDecision[] => model.decisions.filter(({ state }) => state === "awaiting_approval");

class Approve extends Move<number> {
  override check(model: Readonly<Model>) {
    return waiting(model as Model).length > 0;
  }
  protected async play(model: Model, world: World) {
    const decision = pick(waiting(model), this.drawn)!;
    const { basis, ladder, start, days } = proposals.get(decision)!;
    const action = model.actions.find((one) => one.decision === decision)!;
    const done = await approveDecision(world.deps, world.people.lee, { decisionId: decision.id });
    const now = model.activeStrikes();
    const same = now.length === basis.length && now.every((one) => basis.includes(one));
    expect(ok(done), this.toString()).toBe(decision.proposedAt.plus({ hours: 72 }) <= model.now ? "proposal_expired" : same ? "done" : "case_changed");
    if (!done.ok) return;
    action.starts = start && start > model.now ? start : model.now;
    action.ends = days === null ? null : localDaysLater(action.starts, days);
    takesEffect(model, decision, action, ladder);
  }
}

class Reject extends Move<number> {
  override check(model: Readonly<Model>) {
    return waiting(model as Model).length > 0;
  }
  protected async play(model: Model, world: World) {
    const decision = pick(waiting(model), this.drawn)!;
    expect(ok(await rejectDecision(world.deps, world.people.lee, { decisionId: decision.id, reason: words }))).toBe("done");
    decision.state = "rejected";
    for (const one of model.actions) if (one.decision === decision) one.state = "rejected";
  }
}

class Pass extends Move<{ minutes: number; sweep: boolean }> {
  override check(model: Readonly<Model>) {
    return model.now.toMillis() < Date.UTC(2028, 4, 1);
  }
  protected async play(model: Model, world: World) {
    model.now = model.now.plus({ minutes: this.drawn.minutes });
    world.move(model.now);
    if (!this.drawn.sweep) return;
    await beginActions(world.deps);
    await expireActions(world.deps);
    await expireProposals(world.deps);
    model.sweep();
  }
}

class Interim extends Move<{ suspend: boolean; features: string[]; days: number }> {
  override check(model: Readonly<Model>) {
    return model.actions.filter(({ interim }) => interim).length < 6;
  }
  protected async play(model: Model, world: World) {
    const { suspend, features, days } = this.drawn;
    const kase = await openCase(model, world, false);
    const kind = suspend ? "suspension" : "feature_restriction";
    const named = suspend ? [] : features;
    const done = await applyInterimMeasure(world.deps, world.people.ana, { caseId: kase.id, version: undefined, kind, features: named, days, reason: words, clauseId: world.clauses.high });
    expect(ok(done)).toBe("done");
    if (!done.ok) return;
    model.actions.push({ id: done.actionId, decision: null, kase, kind, features: named, interim: true, state: "active", starts: model.now, ends: localDaysLater(model.now, days), closes: null, informed: false, before: null });
  }
}

abstract class OnAction<Drawn extends { at: number }> extends Move<Drawn> {
  protected among(model: Model): ModelAction[] {
    return model.actions;
  }
  override check(model: Readonly<Model>) {
    return this.among(model as Model).length > 0;
  }
  protected chosen(model: Model): ModelAction {
    return pick(this.among(model), this.drawn.at)!;
  }
}

class Lift extends OnAction<{ at: number }> {
  protected async play(model: Model, world: World) {
    const action = this.chosen(model);
    const done = await liftAction(world.deps, world.people.lee, { actionId: action.id, reason: words });
    expect(ok(done), this.toString()).toBe(action.state === "active" ? "done" : "illegal_move");
    if (done.ok) Object.assign(action, { state: "lifted", ended: model.now });
  }
}

class Inform extends OnAction<{ at: number }> {
  protected async play(model: Model, world: World) {
    const action = this.chosen(model);
    await recordInformed(world.deps, worker, { actionId: action.id, decisionId: null, informedAt: world.deps.clock() });
    if (action.state !== "awaiting_approval" && action.state !== "rejected") model.inform(action);
  }
}

class Extend extends OnAction<{ at: number; days: number }> {
  protected override among(model: Model) {
    return model.actions.filter(({ interim }) => !interim);
  }
  protected async play(model: Model, world: World) {
    const action = this.chosen(model);
    const done = await replaceAction(world.deps, world.people.ana, { actionId: action.id, reason: words, change: { what: "extend", days: this.drawn.days } });
    const isOver = action.state !== "active" || (action.ends !== null && action.ends <= model.now);
    const expected = isOver ? "illegal_move" : model.liveAppeal(action) ? "appeal_under_way" : model.pendingOn(action.decision) ? "proposal_pending" : action.ends === null ? "no_end_to_extend" : "done";
    expect(ok(done), this.toString()).toBe(expected);
    if (!done.ok || action.ends === null) return;
    const ends = localDaysLater(action.ends, this.drawn.days);
    const waits = action.kind === "suspension" && ends > localDaysLater(action.starts, 30);
    expect(done.state, this.toString()).toBe(waits ? "awaiting_approval" : "active");
    const successor: ModelAction = { ...action, id: done.actionId, state: done.state, ends, closes: null, informed: false, before: action };
    model.actions.push(successor);
    if (waits) model.changes.push({ action, successor, expires: model.now.plus({ hours: 72 }) });
    else action.state = "superseded";
  }
}

class AnswerChange extends Move<{ at: number; yes: boolean }> {
  override check(model: Readonly<Model>) {
    return model.changes.length > 0;
  }
  protected async play(model: Model, world: World) {
    const change = pick(model.changes, this.drawn.at)!;
    const { action, successor } = change;
    if (!this.drawn.yes) {
      expect(ok(await rejectChange(world.deps, world.people.lou, { actionId: action.id, reason: words }))).toBe("done");
      return model.dropChange(change);
    }
    const done = await approveChange(world.deps, world.people.lou, { actionId: action.id });
    const gone = action.state !== "active" || (action.ends !== null && action.ends <= model.now) || model.liveAppeal(action);
    expect(ok(done), this.toString()).toBe(change.expires <= model.now ? "proposal_expired" : gone ? "case_changed" : "done");
    if (!done.ok) return;
    model.changes = model.changes.filter((one) => one !== change);
    successor.state = "active";
    action.state = "superseded";
  }
}

class Appeal extends OnAction<{ at: number; any: boolean }> {
  /** Mostly what can be appealed against: a refusal is worth a try, but leads nowhere. */
  protected override among(model: Model) {
    return this.drawn.any ? model.actions : model.actions.filter((one) => one.decision && ["active", "expired", "lifted"].includes(one.state) && !model.liveAppeal(one));
  }
  protected async play(model: Model, world: World) {
    const action = this.chosen(model);
    const accountId = world.account.id;
    const done = await fileAppeal(world.deps, { kind: "account_holder", accountId }, { actionId: action.id, accountId, explanation: words, idempotencyKey: newId(), channel: "link" });
    const ruled = model.appeals.some((one) => one.action === action && ["upheld", "modified", "overturned"].includes(one.state));
    const untold = action.state === "awaiting_approval" || action.state === "rejected";
    const stands = ["active", "expired", "lifted"].includes(action.state);
    expect(ok(done), this.toString()).toBe(untold ? "not_found" : model.liveAppeal(action) ? "appeal_live" : ruled ? "already_ruled" : stands ? "done" : "action_undone");
    if (!done.ok) return;
    model.appeals.push({ id: done.appealId, action, state: "filed", due: tenBusinessDays(model.now), late: action.closes !== null && model.now >= action.closes });
  }
}

type Ruling = { at: number; ruling: "upheld" | "inadmissible" | "overturned" | "modified"; suspendDays: number | null };

class Rule extends Move<Ruling> {
  override check(model: Readonly<Model>) {
    return model.appeals.some(({ state }) => state === "filed" || state === "under_review");
  }
  protected async play(model: Model, world: World) {
    const { ruling, suspendDays } = this.drawn;
    const appeal = pick(model.appeals.filter(({ state }) => state === "filed" || state === "under_review"), this.drawn.at)!;
    const { action } = appeal;
    const { rita, ravi } = world.people;
    const reviewer = action.ruledBy === rita.id ? ravi : rita;
    expect(ok(await assignAppeal(world.deps, reviewer, { appealId: appeal.id }))).toBe("done");
    appeal.state = "under_review";
    const { version } = await world.deps.db.appeal.findUniqueOrThrow({ where: { id: appeal.id }, select: { version: true } });
    const common = { appealId: appeal.id, version, grounds: words };
    const measure: Measure = suspendDays === null ? { kind: "warning" } : { kind: "suspension", days: suspendDays };
    const done = await ruleOnAppeal(world.deps, reviewer, ruling === "modified" ? { ...common, ruling, measure } : ruling === "inadmissible" ? { ...common, ruling, inadmissibleReason: "other" } : { ...common, ruling });
    const ends = suspendDays === null ? null : localDaysLater(action.starts, suspendDays);
    const milder = suspendDays === null ? action.kind !== "warning" : action.kind === "termination" || (action.kind === "suspension" && ends! < action.ends!);
    const expected = ruling !== "modified" ? "done" : action.interim && suspendDays === null ? "interim_no_warning" : milder ? "done" : "not_milder";
    expect(ok(done), this.toString()).toBe(expected);
    if (!done.ok) return;
    appeal.state = ruling;
    if (ruling === "overturned") {
      if (action.state === "active") action.state = "reversed";
      if (action.decision) model.voidStrikes(action.decision, "reversed");
    }
    if (ruling === "modified") {
      const { id } = await world.deps.db.action.findFirstOrThrow({ where: { replacesId: action.id }, orderBy: [{ createdAt: "desc" }, { id: "desc" }], select: { id: true } });
      const over = action.state === "active" ? model.now : (action.ended ?? model.now);
      model.actions.push({ ...action, id, ruledBy: reviewer.id, kind: measure.kind, features: [], state: ends && ends <= over ? "expired" : action.state, ends, closes: null, informed: false, before: action });
      if (action.state === "active") action.state = "superseded";
      if (action.decision) model.voidStrikes(action.decision, "modified");
    }
  }
}

/** Mostly one of the oldest: what came first has consequences for what came later. */
const at = fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 11 }));
const hours = (most: number) => fc.integer({ min: 1, max: most });

/** Random sequences of moves; decisions and the passing of time come most often. */
export function sequences(features: readonly string[], mostMoves: number, replayPath?: string) {
  const some = fc.subarray([...features], { minLength: 1, maxLength: 3 });
  const decide = fc
    .record({ severity: fc.constantFrom("medium" as const, "high" as const), rung: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, 5 as const), days: fc.option(fc.integer({ min: 1, max: 45 })), features: fc.oneof(fc.constant<string[]>([]), some), inHours: fc.option(hours(24 * 95), { freq: 2, nil: null }), onInterim: fc.boolean() })
    .map((drawn) => new Decide(drawn));
  const pass = fc
    .record({ minutes: fc.oneof(hours(600), hours(60 * 24 * 9), hours(60 * 24 * 45), fc.constantFrom(60 * 24 * 7, 60 * 24 * 30, 60 * 72), fc.constant(60 * 24 * 200)), sweep: fc.boolean() })
    .map((drawn) => new Pass(drawn));
  const appeal = fc.record({ at, any: fc.nat({ max: 5 }).map((n) => n === 0) }).map((drawn) => new Appeal(drawn));
  const rule = fc
    .record({ at, ruling: fc.constantFrom("upheld" as const, "inadmissible" as const, "overturned" as const, "overturned" as const, "modified" as const), suspendDays: fc.option(fc.integer({ min: 1, max: 20 })) })
    .map((drawn) => new Rule(drawn));
  const moves = [
    decide, decide, decide, decide, pass, pass, pass,
    fc.record({ suspend: fc.boolean(), features: some, days: fc.integer({ min: 1, max: 4 }) }).map((drawn) => new Interim(drawn)),
    fc.constant({}).map((drawn) => new FindNothing(drawn)),
    at.map((drawn) => new Approve(drawn)),
    at.map((drawn) => new Reject(drawn)),
    fc.record({ at }).map((drawn) => new Lift(drawn)),
    fc.record({ at }).map((drawn) => new Inform(drawn)),
    fc.record({ at, days: fc.integer({ min: 1, max: 30 }) }).map((drawn) => new Extend(drawn)),
    fc.record({ at, yes: fc.boolean() }).map((drawn) => new AnswerChange(drawn)),
    appeal, appeal, appeal, rule, rule, rule,
  ];
  return fc.commands<Model, World, false>(moves, { maxCommands: mostMoves, size: "max", replayPath });
}

import type { DateTime } from "luxon";
import { expect } from "vitest";
import { Prisma } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import type { StaffActor } from "~/modules/access/actor";
import { openGateTable, type GateTable } from "~/modules/enforcement/gate-table.server";
import { readGate } from "~/modules/enforcement/gate.queries.server";
import { createAccount } from "../factories/account";
import { clauseByCode, enforcers } from "../factories/investigation";
import { createStaff } from "../factories/staff";
import type { TestDeps } from "../support/database";
import { Model, type Ladder } from "./reference";

export const begin = "2026-11-20T21:00:00Z";

/** The product under test, with one fresh account for each sequence. */
export class World {
  account = { id: "", externalId: "" };
  private areas = 0;

  private constructor(
    readonly deps: TestDeps,
    readonly table: GateTable,
    readonly platformId: string,
    readonly people: { ana: StaffActor; lee: StaffActor; lou: StaffActor; rita: StaffActor; ravi: StaffActor },
    readonly clauses: Record<"medium" | "high", string>,
    readonly ladders: Record<"medium" | "high", Ladder & { rungs: { kind: string; days?: number; features?: string[] }[] }>,
    readonly features: { code: string; includes: string[] }[],
  ) {}

  static async open(deps: TestDeps): Promise<World> {
    const { platformId, ana, lee, lou } = await enforcers(deps);
    const rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
    const ravi = await createStaff(deps.db, ["appeals_reviewer"], "Ravi");
    const ladderOf = async (severity: "medium" | "high") => {
      const row = await deps.db.ladder.findFirstOrThrow({ where: { platformId, severity }, orderBy: { version: "desc" } });
      const { firstRung, rungs } = row.rungs as { firstRung: number; rungs: { kind: string; days?: number; features?: string[] }[] };
      return { firstRung, rungs, weight: row.strikeWeight, days: row.strikeExpiryDays };
    };
    const clauses = { medium: await clauseByCode(deps, "CF-AUP-4.1.b"), high: await clauseByCode(deps, "CF-AUP-4.3.b") };
    const features = await deps.db.feature.findMany({ where: { platformId }, select: { code: true, includes: true } });
    return new World(deps, openGateTable(deps), platformId, { ana, lee, lou, rita, ravi }, clauses, { medium: await ladderOf("medium"), high: await ladderOf("high") }, features);
  }

  close(): Promise<void> {
    return this.table.close();
  }

  async fresh(): Promise<Model> {
    await this.retire();
    this.deps.clock.set(begin);
    this.account = await createAccount(this.deps.db, { platformId: this.platformId });
    return new Model(this.deps.clock(), new Map(this.features.map(({ code, includes }) => [code, includes])));
  }

  /** What a sequence left behind is over before the next one begins, so that sweeps have only its own to do. */
  private async retire(): Promise<void> {
    const { db } = this.deps;
    const accountId = this.account.id;
    if (!accountId) return;
    const at = this.deps.clock().toJSDate();
    await db.action.updateMany({ where: { accountId, state: "active" }, data: { state: "expired", endedAt: at } });
    await db.approval.updateMany({ where: { decision: { accountId }, state: "pending" }, data: { state: "expired", answeredAt: at } });
    await db.gateEntry.deleteMany({ where: { accountId } });
  }

  /** A case that Ana holds for as long as a sequence can last; each has an area of its own. */
  async aCase(): Promise<string> {
    const at = this.deps.clock();
    this.areas += 1;
    const id = newId();
    await this.deps.db.case.create({
      data: {
        id, reference: newReference("C"), platformId: this.platformId, accountId: this.account.id, area: `area_${this.areas}`, state: "investigating", severity: "medium",
        priority: 1, leaseHolderId: this.people.ana.id, leaseExpiresAt: at.plus({ years: 3 }).toJSDate(), openedAt: at.toJSDate(), updatedAt: at.toJSDate(),
      },
    });
    return id;
  }

  move(at: DateTime<true>): void {
    this.deps.clock.set(at.toISO());
  }
}

/** What is on record about an account, in one statement; instants in milliseconds. */
interface OnRecord {
  strikes: [decision: string, weight: number, expires: number][];
  actions: [id: string, kind: string, state: string, dates: (number | null)[] | null][];
  appeals: [id: string, state: string, due: number, late: boolean][];
  decisions: [id: string, state: string, forReview: boolean, recommended: number][];
}

async function onRecord({ db, clock }: TestDeps, accountId: string): Promise<OnRecord> {
  const millis = (column: string) => Prisma.raw(`floor(extract(epoch FROM ${column}) * 1000)::bigint`);
  const list = (item: Prisma.Sql, order: string, from: Prisma.Sql) => Prisma.sql`(SELECT coalesce(json_agg(json_build_array(${item}) ORDER BY ${Prisma.raw(order)}), '[]') FROM ${from})`;
  const now = clock().toJSDate();
  // Of a proposal the dates are not settled before it is approved.
  const dates = Prisma.sql`CASE WHEN state NOT IN ('awaiting_approval', 'rejected') THEN json_build_array(${millis("starts_at")}, ${millis("ends_at")}, ${millis("appeal_closes_at")}) END`;
  const [row] = await db.$queryRaw<OnRecord[]>`SELECT
    ${list(Prisma.sql`decision_id, weight, ${millis("expires_at")}`, "decision_id", Prisma.sql`strike WHERE account_id = ${accountId}::uuid AND voided_at IS NULL AND issued_at <= ${now} AND expires_at > ${now}`)} AS strikes,
    ${list(Prisma.sql`id, kind, state, ${dates}`, "id", Prisma.sql`action WHERE account_id = ${accountId}::uuid`)} AS actions,
    ${list(Prisma.sql`id, state, ${millis("due_at")}, late`, "id", Prisma.sql`appeal WHERE account_id = ${accountId}::uuid`)} AS appeals,
    ${list(Prisma.sql`id, state, review_reason IS NOT NULL, recommended_rung`, "id", Prisma.sql`decision WHERE account_id = ${accountId}::uuid AND outcome = 'violation'`)} AS decisions`;
  return row!;
}

/** Everything the product says of the account, held against what the model says: gate twice, strikes, deadlines, states, reviews. */
export async function compare(world: World, model: Model): Promise<void> {
  const { deps, table, platformId, account } = world;
  const [gate, { strikes, actions, appeals, decisions }] = await Promise.all([readGate(deps, platformId, account.externalId), onRecord(deps, account.id), isCurrent(table)]);
  const said = gate!.features.map(({ feature, allowed, reasonCode, until, actionId }) => ({ feature, allowed, reasonCode, until: until?.toMillis() ?? null, actionId }));
  const expected = said.map(({ feature }) => {
    const denied = model.gate(feature);
    return { feature, allowed: !denied, reasonCode: denied?.reason ?? null, until: denied?.until ?? null, actionId: denied?.by ?? null };
  });
  expect(said, "the gate, asked of the database").toEqual(expected);
  const known = table.find(platformId, account.externalId);
  const remembered = known && table.answer(known, deps.clock().toMillis()).features.map((one) => ({ ...one, until: one.until === null ? null : Date.parse(one.until) }));
  expect(remembered ?? said.map((one) => ({ ...one, allowed: true, reasonCode: null, until: null, actionId: null })), "the gate, from this process's table").toEqual(expected);

  const byId = <T extends { id: string }>(rows: readonly T[]) => [...rows].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(strikes, "active strikes").toEqual(byId(model.activeStrikes().map((one) => ({ ...one, id: one.decision.id }))).map(({ id, weight, expires }) => [id, weight, expires.toMillis()]));
  const settled = (state: string) => !["awaiting_approval", "rejected"].includes(state);
  expect(actions, "actions and their deadlines").toEqual(
    byId(model.actions).map((one) => [one.id, one.kind, one.state, settled(one.state) ? [one.starts.toMillis(), one.ends?.toMillis() ?? null, one.closes?.toMillis() ?? null] : null]),
  );
  expect(appeals, "appeals and their deadlines").toEqual(byId(model.appeals).map(({ id, state, due, late }) => [id, state, due.toMillis(), late]));
  expect(decisions, "decisions and what is up for review").toEqual(byId(model.decisions).map(({ id, state, forReview, recommended }) => [id, state, forReview, recommended]));
}

/** A look that failed, as on a machine that is busy with other things, is taken again. */
async function isCurrent(table: GateTable): Promise<void> {
  if (!(await table.current())) await expect.poll(() => table.current(), { message: "the gate table is current", timeout: 20_000, interval: 50 }).toBe(true);
}

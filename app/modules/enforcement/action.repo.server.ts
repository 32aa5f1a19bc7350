import { DateTime } from "luxon";
import { Prisma, type Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { newReference } from "~/infra/reference.server";
import { liveAppealStates } from "../appeals/appeal";
import { openCaseStates } from "../cases/case-state";
import type { ActionState } from "./action-state";
import type { GateAction } from "./gate-projection";
import type { Held } from "./interim-limit";
import type { ActionKind } from "./measure";
import type { EndOfAction } from "./modification";

/** An action as the rules see it. */
export type Action = GateAction & {
  reference: string;
  decisionId: string | null;
  caseId: string;
  accountId: string;
  proposerId: string;
  approverId: string | null;
  reason: string;
  noTipOff: boolean;
  informedAt: DateTime | null;
  appealClosesAt: DateTime | null;
};

const orNull = (date: Date | null): DateTime | null => (date ? DateTime.fromJSDate(date, { zone: "utc" }) : null);

const columns = {
  id: true,
  reference: true,
  decisionId: true,
  caseId: true,
  accountId: true,
  kind: true,
  interim: true,
  features: true,
  state: true,
  proposerId: true,
  approverId: true,
  reason: true,
  startsAt: true,
  endsAt: true,
  noTipOff: true,
  informedAt: true,
  appealClosesAt: true,
} as const;

type ActionRow = Prisma.ActionGetPayload<{ select: typeof columns }>;

const actionOf = (row: ActionRow): Action => ({
  ...row,
  startsAt: orNull(row.startsAt),
  endsAt: orNull(row.endsAt),
  informedAt: orNull(row.informedAt),
  appealClosesAt: orNull(row.appealClosesAt),
});

/** Which account an action is about, so that the account can be locked before the action. */
export const accountOfAction = (tx: Tx, actionId: string): Promise<{ accountId: string; caseId: string } | null> =>
  tx.action.findUnique({ where: { id: actionId }, select: { accountId: true, caseId: true } });

/** The action, locked; lock its account and case before it. */
export async function lockAction(tx: Tx, actionId: string): Promise<Action | null> {
  const [action] = await lockActions(tx, [actionId]);
  return action ?? null;
}

/** Those of the actions for which a condition holds, locked in the order of their ids. */
export async function lockActions(tx: Tx, actionIds: readonly string[], where: Prisma.Sql = Prisma.sql`true`): Promise<Action[]> {
  const locked = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM action WHERE id = ANY(${[...actionIds]}::uuid[]) AND ${where} ORDER BY id FOR UPDATE`;
  return locked.length === 0 ? [] : actionsIn(tx, Prisma.sql`id = ANY(${locked.map(({ id }) => id)}::uuid[])`);
}

type ActionInJson = { [Column in keyof Action]: Action[Column] extends DateTime | null ? number | null : Action[Column] };

/** As one value: of hundreds of actions the rows would cost more to read than all the rest. */
async function actionsIn(tx: Tx, where: Prisma.Sql): Promise<Action[]> {
  const [{ found } = { found: [] }] = await tx.$queryRaw<{ found: ActionInJson[] }[]>`
    SELECT coalesce(json_agg(json_build_object('id', id, 'reference', reference, 'decisionId', decision_id, 'caseId', case_id, 'accountId', account_id, 'kind', kind,
             'interim', interim, 'features', features, 'state', state, 'proposerId', proposer_id, 'approverId', approver_id, 'reason', reason, 'noTipOff', no_tip_off,
             'startsAt', (extract(epoch FROM starts_at) * 1000)::bigint, 'endsAt', (extract(epoch FROM ends_at) * 1000)::bigint,
             'informedAt', (extract(epoch FROM informed_at) * 1000)::bigint, 'appealClosesAt', (extract(epoch FROM appeal_closes_at) * 1000)::bigint) ORDER BY id), '[]') AS found
      FROM action WHERE ${where}`;
  const instant = (millis: number | null) => (millis === null ? null : DateTime.fromMillis(millis, { zone: "utc" }));
  return found.map(({ startsAt, endsAt, informedAt, appealClosesAt, ...row }) => ({
    ...row,
    startsAt: instant(startsAt),
    endsAt: instant(endsAt),
    informedAt: instant(informedAt),
    appealClosesAt: instant(appealClosesAt),
  }));
}

/** The actions of an account that are in a state. */
export const actionsOfAccount = (tx: Tx, accountId: string, state: ActionState): Promise<Action[]> => actionsIn(tx, Prisma.sql`account_id = ${accountId}::uuid AND state = ${state}::action_state`);

/** Whether the chain of replacements that led to this action has a suspension with something milder after it: a plain extension is none, for it counts from the first start. */
export async function wasSuspendedBefore(tx: Tx, actionId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ suspended: boolean }[]>`
    WITH RECURSIVE chain AS (
      SELECT id, kind, replaces_id, 0 AS back FROM action WHERE id = ${actionId}::uuid
      UNION ALL
      SELECT a.id, a.kind, a.replaces_id, c.back + 1 FROM action a JOIN chain c ON a.id = c.replaces_id WHERE c.back < 1000
    )
    SELECT EXISTS (SELECT FROM chain WHERE kind = 'suspension' AND back > (SELECT min(back) FROM chain WHERE kind <> 'suspension')) AS suspended`;
  return row?.suspended ?? false;
}

export async function actionsOfDecision(tx: Tx, decisionId: string): Promise<Action[]> {
  return (await tx.action.findMany({ where: { decisionId }, orderBy: { id: "asc" }, select: columns })).map(actionOf);
}

/** Measures that hold while the case is still looked into, and those that wait for a second person. */
export async function interimOfCase(tx: Tx, caseId: string): Promise<{ active: Action[]; proposed: Action[] }> {
  const rows = await tx.$queryRaw<ActionRow[]>`
    SELECT id, reference, decision_id AS "decisionId", case_id AS "caseId", account_id AS "accountId", kind::text AS kind, interim, features, state::text AS state,
           proposer_id AS "proposerId", approver_id AS "approverId", reason, starts_at AS "startsAt", ends_at AS "endsAt", no_tip_off AS "noTipOff",
           informed_at AS "informedAt", appeal_closes_at AS "appealClosesAt"
      FROM action WHERE case_id = ${caseId}::uuid AND interim AND state IN ('active', 'awaiting_approval') ORDER BY id`;
  const actions = rows.map(actionOf);
  return { active: actions.filter(({ state }) => state === "active"), proposed: actions.filter(({ state }) => state === "awaiting_approval") };
}

/** When an action was proposed. */
export async function proposedAt(tx: Tx, actionId: string): Promise<DateTime<true>> {
  const { createdAt } = await tx.action.findUniqueOrThrow({ where: { id: actionId }, select: { createdAt: true } });
  return DateTime.fromJSDate(createdAt, { zone: "utc" }) as DateTime<true>;
}

/**
 * When interim measures of an account held or will hold, but for `exceptId`: those of `caseId` and of every case not yet
 * decided whenever that was, of other cases those that ended after `since`.
 */
export async function interimTimes(tx: Tx, of: { accountId: string; caseId: string; exceptId?: string; since: DateTime }): Promise<Held[]> {
  const since = of.since.toJSDate();
  const rows = await tx.action.findMany({
    where: {
      accountId: of.accountId,
      interim: true,
      startsAt: { not: null },
      endsAt: { not: null },
      id: of.exceptId ? { not: of.exceptId } : undefined,
      OR: [{ caseId: of.caseId }, { case: { state: { in: [...openCaseStates] } } }, { endedAt: null }, { endedAt: { gt: since } }],
    },
    orderBy: { id: "asc" },
    select: { startsAt: true, endsAt: true, endedAt: true },
  });
  return rows.flatMap(({ startsAt, endsAt, endedAt }) => {
    const [from, planned, ended] = [orNull(startsAt), orNull(endsAt), orNull(endedAt)];
    return from && planned ? [{ startsAt: from, endsAt: ended && ended < planned ? ended : planned }] : [];
  });
}

export type NewAction = {
  id?: string;
  reference?: string;
  decisionId: string | null;
  caseId: string;
  accountId: string;
  kind: ActionKind;
  interim: boolean;
  features: readonly string[];
  state: ActionState;
  proposerId: string;
  approverId: string | null;
  reason: string;
  startsAt: DateTime | null;
  /** Left out: at its start, unless that lies ahead. */
  begunAt?: DateTime | null;
  endsAt: DateTime | null;
  noTipOff: boolean;
  replacesId?: string;
  endedAt?: DateTime;
  endedById?: string | null;
  endReason?: string | null;
  supersededById?: string | null;
  /** What an interim measure rests on. */
  ground?: { clauseId: string; conductAt: DateTime } | null;
  createdAt: DateTime;
};

const isProposal = (state: ActionState): boolean => state === "proposed" || state === "awaiting_approval" || state === "rejected";

export async function insertAction(tx: Tx, brought: NewAction): Promise<Action> {
  const begunAt = brought.begunAt === undefined ? (isProposal(brought.state) ? null : begunBy(brought.startsAt, brought.createdAt)) : brought.begunAt;
  const { id = newId(), reference = newReference("A"), decisionId, caseId, accountId, kind, interim, features, state, proposerId, approverId, reason, noTipOff } = brought;
  const { replacesId = null, endedById = null, endReason = null, supersededById = null, ground = null, endedAt, startsAt, endsAt, createdAt } = brought;
  const at = (instant: DateTime | null | undefined): Date | null => instant?.toJSDate() ?? null;
  await tx.$executeRaw`
    INSERT INTO action (id, reference, decision_id, case_id, account_id, kind, interim, features, state, proposer_id, approver_id, reason, starts_at, begun_at,
                        ends_at, no_tip_off, replaces_id, ended_at, ended_by_id, end_reason, superseded_by_id, ground_clause_id, conduct_at, created_at)
    VALUES (${id}::uuid, ${reference}, ${decisionId}::uuid, ${caseId}::uuid, ${accountId}::uuid, ${kind}::action_kind, ${interim}, ${[...features]}::text[],
            ${state}::action_state, ${proposerId}::uuid, ${approverId}::uuid, ${reason}, ${at(startsAt)}, ${at(begunAt)}, ${at(endsAt)}, ${noTipOff},
            ${replacesId}::uuid, ${at(endedAt)}, ${endedById}::uuid, ${endReason}, ${supersededById}::uuid, ${ground?.clauseId ?? null}::uuid, ${at(ground?.conductAt)},
            ${createdAt.toJSDate()})`;
  const instant = (given: DateTime | null) => orNull(at(given));
  return {
    ...{ id, reference, decisionId, caseId, accountId, kind, interim, features: [...features], state, proposerId, approverId, reason, noTipOff },
    ...{ startsAt: instant(startsAt), endsAt: instant(endsAt), informedAt: null, appealClosesAt: null },
  };
}

/** When an action took effect, as far as it has by `at`. */
const begunBy = (startsAt: DateTime | null, at: DateTime): DateTime | null => (startsAt && +startsAt <= +at ? startsAt : null);

/** A proposed action is decided: it takes effect at its start. */
export async function activateAction(
  tx: Tx,
  actionId: string,
  active: { approverId: string | null; startsAt: DateTime; endsAt: DateTime | null; at: DateTime },
): Promise<Action> {
  const begunAt = begunBy(active.startsAt, active.at)?.toJSDate() ?? null;
  const row = await tx.action.update({
    where: { id: actionId },
    data: { state: "active", approverId: active.approverId, startsAt: active.startsAt.toJSDate(), begunAt, endsAt: active.endsAt?.toJSDate() ?? null },
    select: columns,
  });
  return actionOf(row);
}

/** A proposal came to nothing: its actions never took effect. */
export const rejectActions = (tx: Tx, decisionId: string): Promise<unknown> =>
  tx.action.updateMany({ where: { decisionId, state: { in: ["proposed", "awaiting_approval"] } }, data: { state: "rejected" } });

export const rejectAction = (tx: Tx, actionId: string): Promise<unknown> => tx.action.update({ where: { id: actionId }, data: { state: "rejected" }, select: { id: true } });

/** Whether an appeal against it waits for its ruling. The caller holds the account's lock, under which appeals are filed. */
export const hasLiveAppeal = async (tx: Tx, actionId: string): Promise<boolean> =>
  (await tx.appeal.count({ where: { actionId, state: { in: [...liveAppealStates] } } })) > 0;

export type Ending = { state: "expired" | "lifted" | "reversed" | "superseded"; at: DateTime; byId: string | null; reason: string | null; supersededById?: string | null };

/** Actions end alike. The caller holds their locks. */
export async function endActions(tx: Tx, actionIds: readonly string[], { state, at, byId, reason, supersededById = null }: Ending): Promise<void> {
  const ended = await tx.$executeRaw`
    UPDATE action SET state = ${state}::action_state, ended_at = ${at.toJSDate()}, ended_by_id = ${byId}::uuid, end_reason = ${reason}, superseded_by_id = ${supersededById}::uuid
     WHERE id = ANY(${[...actionIds]}::uuid[])`;
  if (ended !== actionIds.length) throw new Error("an action that was locked did not end");
}

/** How an action ended; null while it has not. */
export async function endOfAction(tx: Tx, actionId: string): Promise<EndOfAction | null> {
  const { endedAt, ...end } = await tx.action.findUniqueOrThrow({ where: { id: actionId }, select: { endedAt: true, endedById: true, endReason: true, supersededById: true } });
  return endedAt && { ...end, endedAt: DateTime.fromJSDate(endedAt, { zone: "utc" }) as DateTime<true> };
}

/** Names what takes the place, on the record, of an action that had ended before; what replaced it at the time stays named. */
export const setSuccessorOnRecord = (tx: Tx, actionId: string, supersededById: string): Promise<unknown> =>
  tx.action.updateMany({ where: { id: actionId, supersededById: null }, data: { supersededById } });

/** Scheduled actions have begun, each at the moment it was to. */
export const setBegun = (tx: Tx, actionIds: readonly string[]): Promise<unknown> =>
  tx.$executeRaw`UPDATE action SET begun_at = starts_at WHERE id = ANY(${[...actionIds]}::uuid[]) AND state = 'active' AND begun_at IS NULL`;

export const setEnd = (tx: Tx, actionId: string, endsAt: DateTime): Promise<unknown> =>
  tx.action.update({ where: { id: actionId }, data: { endsAt: endsAt.toJSDate() }, select: { id: true } });

/**
 * One action, or every action a decision itself took, of which the account holder has not been told yet. What took an
 * action's place later is told in a message of its own, and a referral is not told.
 */
export async function lockUninformed(tx: Tx, of: { actionId: string | null; decisionId: string | null }): Promise<Action[]> {
  const which = of.actionId ? Prisma.sql`id = ${of.actionId}::uuid` : Prisma.sql`decision_id = ${of.decisionId}::uuid AND replaces_id IS NULL`;
  const found = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM action
     WHERE ${which} AND informed_at IS NULL AND NOT no_tip_off AND kind <> 'law_enforcement_referral'
       AND state NOT IN ('proposed', 'awaiting_approval', 'rejected')
     ORDER BY id FOR UPDATE`;
  const rows = await tx.action.findMany({ where: { id: { in: found.map(({ id }) => id) } }, orderBy: { id: "asc" }, select: columns });
  return rows.map(actionOf);
}

/** The actions a message told of that count as informed, locked. */
export async function lockInformed(tx: Tx, of: { actionId: string | null; decisionId: string | null }): Promise<Action[]> {
  const which = of.actionId ? Prisma.sql`id = ${of.actionId}::uuid` : Prisma.sql`decision_id = ${of.decisionId}::uuid AND replaces_id IS NULL`;
  const found = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM action WHERE ${which} AND informed_at IS NOT NULL ORDER BY id FOR UPDATE`;
  const rows = await tx.action.findMany({ where: { id: { in: found.map(({ id }) => id) } }, orderBy: { id: "asc" }, select: columns });
  return rows.map(actionOf);
}

export const setInformed = (tx: Tx, actionId: string, informedAt: DateTime | null, appealClosesAt: DateTime | null): Promise<unknown> =>
  tx.action.update({
    where: { id: actionId },
    data: { informedAt: informedAt?.toJSDate() ?? null, appealClosesAt: appealClosesAt?.toJSDate() ?? null },
    select: { id: true },
  });

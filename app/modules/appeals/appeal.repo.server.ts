import { DateTime } from "luxon";
import type { Prisma, Tx } from "~/infra/db.server";
import type { ActionState } from "../enforcement/action-state";
import type { ActionKind } from "../enforcement/measure";
import { lockAccount, type LockedAccount } from "../platforms/account.server";
import type { AppealState } from "./appeal";
import type { AppealChannel, EarlierAppeal, Ending } from "./appealable";
import type { InadmissibleReason } from "./rule-on-appeal.schema";

const utc = (date: Date): DateTime<true> => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;
const orNull = (date: Date | null): DateTime<true> | null => (date ? utc(date) : null);

/** An action as an appeal against it sees it. */
export interface AppealedAction {
  id: string;
  reference: string;
  caseId: string;
  accountId: string;
  decisionId: string | null;
  kind: ActionKind;
  state: ActionState;
  interim: boolean;
  features: string[];
  noTipOff: boolean;
  endsAt: DateTime<true> | null;
  /** How it ended, for what its holder may be told. */
  ending: Ending<Date>;
  appealClosesAt: DateTime<true> | null;
  /** Everybody who had a part in it (rule of procedure 3). */
  decidedById: string | null;
  approvedByIds: string[];
}

export const successorColumns = { noTipOff: true, kind: true, features: true, startsAt: true, endedAt: true } as const;

export async function loadAction(tx: Tx, actionId: string): Promise<AppealedAction | null> {
  const row = await tx.action.findUnique({
    where: { id: actionId },
    include: { decision: { select: { deciderId: true, approverId: true, approvals: { select: { reviewerId: true } } } }, successor: { select: successorColumns } },
  });
  if (!row) return null;
  const { decision } = row;
  const extenders = row.interim ? await extendersOf(tx, row.id) : [];
  const liftedBy = row.state === "lifted" ? row.endedById : null;
  const others = [row.approverId, liftedBy, ...extenders, decision?.deciderId, decision?.approverId, ...(decision?.approvals.map(({ reviewerId }) => reviewerId) ?? [])];
  return {
    id: row.id,
    reference: row.reference,
    caseId: row.caseId,
    accountId: row.accountId,
    decisionId: row.decisionId,
    kind: row.kind,
    state: row.state,
    interim: row.interim,
    features: row.features,
    noTipOff: row.noTipOff,
    endsAt: orNull(row.endsAt),
    ending: row,
    appealClosesAt: orNull(row.appealClosesAt),
    decidedById: row.proposerId,
    approvedByIds: [...new Set(others.filter((id): id is string => Boolean(id)))],
  };
}

/** Who let an interim measure last longer, or answered a proposal to. */
async function extendersOf(tx: Tx, actionId: string): Promise<(string | null)[]> {
  const extensions = await tx.interimExtension.findMany({ where: { actionId }, select: { proposerId: true, reviewerId: true } });
  return extensions.flatMap(({ proposerId, reviewerId }) => [proposerId, reviewerId]);
}

export interface Appeal {
  id: string;
  reference: string;
  platformId: string;
  accountId: string;
  actionId: string;
  state: AppealState;
  channel: AppealChannel;
  late: boolean;
  filedAt: DateTime<true>;
  confirmedAt: DateTime<true> | null;
  dueAt: DateTime<true>;
  pausedAt: DateTime<true> | null;
  pausedDays: number;
  breachedAt: DateTime<true> | null;
  delayToldAt: DateTime<true> | null;
  reviewerId: string | null;
  ruledById: string | null;
  grounds: string | null;
  version: number;
}

const appealOf = (row: Prisma.AppealGetPayload<object>): Appeal => ({
  ...row,
  filedAt: utc(row.filedAt),
  confirmedAt: orNull(row.confirmedAt),
  dueAt: utc(row.dueAt),
  pausedAt: orNull(row.pausedAt),
  breachedAt: orNull(row.breachedAt),
  delayToldAt: orNull(row.delayToldAt),
});

/** The appeal with its account, its case and its action, locked in that order. */
export async function lockAppeal(tx: Tx, appealId: string): Promise<{ appeal: Appeal; account: LockedAccount; action: AppealedAction } | null> {
  const found = await tx.appeal.findUnique({ where: { id: appealId }, select: { accountId: true, actionId: true, action: { select: { caseId: true } } } });
  if (!found) return null;
  const account = await lockAccount(tx, found.accountId);
  await tx.$queryRaw`SELECT 1 FROM "case" WHERE id = ${found.action.caseId}::uuid FOR UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM action WHERE id = ${found.actionId}::uuid FOR UPDATE`;
  await tx.$queryRaw`SELECT 1 FROM appeal WHERE id = ${appealId}::uuid FOR UPDATE`;
  const action = await loadAction(tx, found.actionId);
  const row = await tx.appeal.findUnique({ where: { id: appealId } });
  return account && action && row ? { appeal: appealOf(row), account, action } : null;
}

export async function findAppealByKey(tx: Tx, idempotencyKey: string): Promise<Appeal | null> {
  const row = await tx.appeal.findUnique({ where: { idempotencyKey } });
  return row && appealOf(row);
}

export async function appealsAgainst(tx: Tx, actionId: string): Promise<EarlierAppeal[]> {
  const rows = await tx.appeal.findMany({ where: { actionId }, select: earlierColumns });
  return rows.map(earlierOf);
}

export const earlierColumns = { state: true, channel: true, confirmedAt: true } as const;
export const earlierOf = ({ state, channel, confirmedAt }: Pick<Prisma.AppealGetPayload<object>, "state" | "channel" | "confirmedAt">): EarlierAppeal => ({ state, channel, confirmed: confirmedAt !== null });

export async function insertAppeal(tx: Tx, appeal: Prisma.AppealCreateManyInput): Promise<void> {
  await tx.appeal.create({ data: appeal, select: { id: true } });
}

export interface AppealChange {
  state?: AppealState;
  reviewerId?: string | null;
  ruledById?: string;
  ruledAt?: Date;
  grounds?: string;
  inadmissibleReason?: InadmissibleReason | null;
  confirmedAt?: Date;
  dueAt?: Date;
  pausedAt?: null;
  pausedDays?: number;
  breachedAt?: Date;
}

/** What is recorded when an appeal ends after its due instant: breaches are counted, also those no sweep came to see (CF-AUP 7.3). */
export const breachOf = (appeal: Pick<Appeal, "dueAt" | "breachedAt">, now: DateTime): Pick<AppealChange, "breachedAt"> =>
  appeal.breachedAt === null && +now >= +appeal.dueAt ? { breachedAt: now.toJSDate() } : {};

/** Every change makes forms that were opened before it stale. The caller holds the lock. */
export const saveAppeal = (tx: Tx, appealId: string, change: AppealChange): Promise<unknown> =>
  tx.appeal.update({ where: { id: appealId }, data: { ...change, version: { increment: 1 } }, select: { id: true } });

export const insertStatement = (tx: Tx, statement: { id: string; appealId: string; questionId: string | null; text: string; createdAt: Date }): Promise<unknown> =>
  tx.appealStatement.create({ data: statement, select: { id: true } });

/** Somebody who may be given an appeal. */
export const findReviewer = (tx: Tx, id: string): Promise<{ id: string; name: string; roles: string[] } | null> =>
  tx.staff.findFirst({ where: { id, disabledAt: null }, select: { id: true, name: true, roles: true } });

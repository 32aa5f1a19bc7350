import { DateTime } from "luxon";
import { z } from "zod";
import { Prisma, type Tx } from "~/infra/db.server";
import { newId } from "~/infra/id";
import { bulkInputSchema, type BulkInput } from "./bulk-input.schema";
import { bulkNeedsSecondPerson, furtherKindsIn } from "../platforms/four-eyes";
import { bulkSubjects, decidingKinds, type BulkSubject } from "./bulk-kinds";
import type { BulkState, ItemState } from "./bulk-state";

const orNull = (date: Date | null): DateTime | null => (date ? DateTime.fromJSDate(date, { zone: "utc" }) : null);

/** A bulk action as commands see it. */
export type Bulk = {
  id: string;
  reference: string;
  subject: BulkSubject;
  state: BulkState;
  input: BulkInput;
  createdById: string;
  approvedById: string | null;
  undoneById: string | null;
  undoReason: string | null;
  undoMinutes: number;
  startedAt: DateTime | null;
  endedAt: DateTime | null;
};

const columns = {
  id: true, reference: true, subject: true, state: true, input: true, createdById: true, approvedById: true, undoneById: true, undoReason: true, undoMinutes: true, startedAt: true, endedAt: true,
} as const;

const bulkOf = (row: Prisma.BulkOperationGetPayload<{ select: typeof columns }>): Bulk => ({
  ...row,
  subject: z.enum(bulkSubjects).parse(row.subject),
  input: bulkInputSchema.parse(row.input),
  startedAt: orNull(row.startedAt),
  endedAt: orNull(row.endedAt),
});

/** Whether a platform with items in it wants a second person for bulk actions that decide. */
export async function asksForSecondPerson(tx: Tx, { id, input }: Pick<Bulk, "id" | "input">): Promise<boolean> {
  if (!decidingKinds.includes(input.kind)) return false;
  const platforms = await tx.$queryRaw<{ kinds: string[] }[]>`
    SELECT DISTINCT p.four_eyes_kinds AS kinds FROM bulk_item i JOIN account a ON a.id = i.account_id JOIN platform p ON p.id = a.platform_id WHERE i.bulk_id = ${id}::uuid`;
  return platforms.some(({ kinds }) => bulkNeedsSecondPerson({ fourEyesKinds: furtherKindsIn(kinds) }));
}

export async function findBulk(tx: Tx, id: string): Promise<Bulk | null> {
  const row = await tx.bulkOperation.findUnique({ where: { id }, select: columns });
  return row && bulkOf(row);
}

/**
 * Who works on items shares this lock, who steers has it alone. A lock of the lock manager and not of the row: sharers
 * of a row may keep coming and never let the other in.
 */
const steeringLock = (tx: Tx, id: string, shared: boolean): Promise<unknown> =>
  shared ? tx.$queryRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended(${`bulk:${id}`}, 0))::text` : tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`bulk:${id}`}, 0))::text`;

/** The bulk action, locked: whoever works on its items stands aside until the transaction ends. */
export async function lockBulk(tx: Tx, id: string): Promise<Bulk | null> {
  await steeringLock(tx, id, false);
  return findBulk(tx, id);
}

/** The version of a case, locked; lock its account before. */
export async function lockCaseVersion(tx: Tx, caseId: string): Promise<number | null> {
  const [row] = await tx.$queryRaw<{ version: number }[]>`SELECT version FROM "case" WHERE id = ${caseId}::uuid FOR UPDATE`;
  return row?.version ?? null;
}

export const updateBulk = (tx: Tx, id: string, data: Prisma.BulkOperationUncheckedUpdateInput): Promise<unknown> => tx.bulkOperation.update({ where: { id }, data, select: { id: true } });

/** What undoing an item has to know. */
export const itemResultSchema = z.object({
  /** Version of the case when the item was done. */
  caseVersion: z.number().int().nullable().default(null),
  holderBefore: z.uuid().nullable().default(null),
  escalatedBefore: z.boolean().default(false),
  escalatedToBefore: z.uuid().nullable().default(null),
  actionIds: z.array(z.uuid()).default([]),
  finding: z.enum(["no_violation", "insufficient_evidence"]).optional(),
});
export type ItemResult = z.output<typeof itemResultSchema>;

export type Item = {
  id: string;
  position: number;
  accountId: string;
  caseId: string | null;
  decisionId: string | null;
  seen: string;
  state: ItemState;
  outcome: string | null;
  needsApproval: boolean;
  attempts: number;
  result: unknown;
};

const itemColumns = Prisma.sql`
  id, position, account_id AS "accountId", case_id AS "caseId", decision_id AS "decisionId", seen, state::text AS state, outcome, needs_approval AS "needsApproval", attempts, result`;

/**
 * The next items in one of these states that nobody works on, locked; none when the bulk action is not in `bulkState`,
 * which otherwise stays until the transaction ends. The lock is the lease: when the process that holds it dies, the item
 * is free as it was, and nothing was done to it.
 */
export async function takeItems(tx: Tx, bulkId: string, from: { bulkState: BulkState; states: readonly ItemState[]; order: "first" | "last" }, limit: number): Promise<Item[]> {
  await steeringLock(tx, bulkId, true);
  const by = from.order === "first" ? Prisma.sql`position` : Prisma.sql`position DESC`;
  return tx.$queryRaw<Item[]>`
    SELECT ${itemColumns} FROM bulk_item
     WHERE bulk_id = ${bulkId}::uuid AND state = ANY(${[...from.states]}::bulk_item_state[])
       AND EXISTS (SELECT FROM bulk_operation WHERE id = ${bulkId}::uuid AND state = ${from.bulkState}::bulk_state)
     ORDER BY ${by} LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
}

export const updateItem = (tx: Tx, id: string, data: Prisma.BulkItemUncheckedUpdateInput): Promise<unknown> => tx.bulkItem.update({ where: { id }, data, select: { id: true } });

export type Rehearsal = { id: string; state: "planned" | "blocked"; outcome: string | null; rung: number | null; needsApproval: boolean; reason: string | null; sample: string | null };

/** Writes down what rehearsing some items came to. */
export async function saveRehearsals(tx: Tx, rehearsals: readonly Rehearsal[]): Promise<void> {
  const columnOf = <Value>(value: (one: Rehearsal) => Value) => rehearsals.map(value);
  await tx.$executeRaw`
    UPDATE bulk_item i
       SET state = t.state::bulk_item_state, outcome = t.outcome, rung = t.rung, needs_approval = t.needs_approval, reason = t.reason, sample = t.sample::jsonb
      FROM unnest(${columnOf(({ id }) => id)}::uuid[], ${columnOf(({ state }) => state)}::text[], ${columnOf(({ outcome }) => outcome)}::text[],
                  ${columnOf(({ rung }) => rung)}::smallint[], ${columnOf(({ needsApproval }) => needsApproval)}::boolean[],
                  ${columnOf(({ reason }) => reason)}::text[], ${columnOf(({ sample }) => sample)}::text[]) AS t (id, state, outcome, rung, needs_approval, reason, sample)
     WHERE i.id = t.id`;
}

export const countItems = (tx: Tx, bulkId: string, states: readonly ItemState[]): Promise<number> => tx.bulkItem.count({ where: { bulkId, state: { in: [...states] } } });

export type NewItem = { accountId: string; caseId: string | null; decisionId: string | null; seen: string };

/** Freezes what was chosen, in its order. */
export async function insertItems(tx: Tx, bulkId: string, items: readonly NewItem[]): Promise<void> {
  const columnOf = <Value>(value: (item: NewItem) => Value) => items.map(value);
  await tx.$executeRaw`
    INSERT INTO bulk_item (id, bulk_id, position, account_id, case_id, decision_id, seen)
    SELECT t.id, ${bulkId}::uuid, t.position, t.account_id, t.case_id, t.decision_id, t.seen
      FROM unnest(${columnOf(() => newId())}::uuid[], ${columnOf(({ accountId }) => accountId)}::uuid[], ${columnOf(({ caseId }) => caseId)}::uuid[],
                  ${columnOf(({ decisionId }) => decisionId)}::uuid[], ${columnOf(({ seen }) => seen)}::text[])
      WITH ORDINALITY AS t (id, account_id, case_id, decision_id, seen, position)`;
}

/** What of an account a bulk action rests on: its standing, its active measures, its open cases as they stand. */
export async function accountMarks(tx: Tx, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; mark: string }[]>`
    SELECT a.id, md5(concat_ws('|', a.status::text,
             (SELECT string_agg(x.id::text, ',' ORDER BY x.id) FROM action x WHERE x.account_id = a.id AND x.state = 'active'),
             (SELECT string_agg(c.id::text || '@' || c.version, ',' ORDER BY c.id) FROM "case" c
               WHERE c.account_id = a.id AND c.state IN ('open', 'investigating', 'waiting_for_information')))) AS mark
      FROM account a WHERE a.id = ANY(${[...ids]}::uuid[])`;
  return new Map(rows.map(({ id, mark }) => [id, mark]));
}

/** Open proposals that a bulk action made, the one that lapses first on top. */
export const openProposalsOf = (tx: Tx, sourceId: string, limit: number): Promise<{ decisionId: string; accountId: string; caseId: string; proposerId: string }[]> => tx.$queryRaw`
  SELECT d.id AS "decisionId", d.account_id AS "accountId", d.case_id AS "caseId", d.decider_id AS "proposerId"
    FROM bulk_item i JOIN decision d ON d.id = i.decision_id JOIN approval v ON v.decision_id = d.id AND v.state = 'pending'
   WHERE i.bulk_id = ${sourceId}::uuid AND i.state = 'proposed' ORDER BY v.expires_at, v.id LIMIT ${limit}`;

/** The shortest time for undoing among the platforms of these accounts. */
export async function undoMinutesFor(tx: Tx, accountIds: readonly string[]): Promise<number> {
  const [row] = await tx.$queryRaw<{ minutes: number | null }[]>`
    SELECT min(p.bulk_undo_minutes)::int AS minutes FROM platform p WHERE p.id IN (SELECT platform_id FROM account WHERE id = ANY(${[...accountIds]}::uuid[]))`;
  return row?.minutes ?? 0;
}

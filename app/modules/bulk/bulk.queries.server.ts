import type { DateTime } from "luxon";
import { z } from "zod";
import { Prisma, type Db } from "~/infra/db.server";
import { bulkInputSchema, type BulkInput } from "./bulk-input.schema";
import { bulkSubjects, kindFacts, type BulkSubject } from "./bulk-kinds";
import { itemsToTake, itemStates, undoClosesAt, workOf, type BulkState, type ItemState } from "./bulk-state";
import { asksForSecondPerson, findBulk } from "./bulk.repo.server";
import { reasonSentence } from "./item-reason";

export type ItemCounts = Record<ItemState, number>;
const noCounts = (): ItemCounts => Object.fromEntries(itemStates.map((state) => [state, 0])) as ItemCounts;

export interface BulkRow {
  id: string;
  reference: string;
  title: string;
  subject: BulkSubject;
  state: BulkState;
  total: number;
  settled: number;
  by: string;
  createdAt: string;
}

export const bulksPerPage = 25;

/** Bulk actions, newest first. */
export async function bulkList(db: Db, after: string | null): Promise<{ rows: BulkRow[]; next: string | null }> {
  const found = await db.bulkOperation.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: bulksPerPage + 1,
    ...(after && { cursor: { id: after }, skip: 1 }),
    select: { id: true, reference: true, kind: true, subject: true, input: true, state: true, total: true, createdById: true, createdAt: true },
  });
  const shown = found.slice(0, bulksPerPage);
  const names = await namesOf(db, shown.map(({ createdById }) => createdById));
  const counts = await countsOf(db, shown.map(({ id }) => id));
  return {
    rows: shown.map(({ id, reference, subject, input, state, total, createdById, createdAt }) => ({
      id,
      reference,
      title: kindFacts[bulkInputSchema.parse(input).kind].title,
      subject: z.enum(bulkSubjects).parse(subject),
      state,
      total,
      settled: settledOf(state, counts.get(id) ?? noCounts(), total),
      by: names.get(createdById) ?? "Somebody",
      createdAt: createdAt.toISOString(),
    })),
    next: found.length > bulksPerPage ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** How many items the present work is done with. */
function settledOf(state: BulkState, counts: ItemCounts, total: number): number {
  const work = workOf[state];
  if (!work) return total - counts.chosen - counts.planned;
  return total - itemsToTake[work].reduce((sum, waiting) => sum + counts[waiting], 0);
}

async function countsOf(db: Db, ids: readonly string[]): Promise<Map<string, ItemCounts>> {
  const rows = await db.bulkItem.groupBy({ by: ["bulkId", "state"], where: { bulkId: { in: [...ids] } }, _count: true });
  const counts = new Map<string, ItemCounts>();
  for (const { bulkId, state, _count } of rows) counts.set(bulkId, { ...(counts.get(bulkId) ?? noCounts()), [state]: _count });
  return counts;
}

const namesOf = async (db: Db, ids: readonly string[]): Promise<Map<string, string>> =>
  new Map((await db.staff.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })).map(({ id, name }) => [id, name]));

const sampleSchema = z.array(z.object({ audience: z.enum(["account_holder", "reporter"]), to: z.string(), subject: z.string(), text: z.string(), language: z.string() }));
const selectionSchema = z.object({ words: z.string(), query: z.string() });

export interface BulkPage {
  id: string;
  reference: string;
  subject: BulkSubject;
  state: BulkState;
  input: BulkInput;
  selection: string;
  total: number;
  counts: ItemCounts;
  /** What items come to, most frequent first. */
  outcomes: { outcome: string; rung: number | null; needsApproval: boolean; count: number }[];
  /** Why items were not done, or not undone. */
  reasons: { state: ItemState; sentence: string; count: number }[];
  samples: { outcome: string; businessName: string; messages: z.output<typeof sampleSchema> }[];
  /** What was decided for, in words: the clause, the person. */
  about: { clause: string | null; person: string | null; features: string[] };
  by: { id: string; name: string };
  /** A platform wants somebody other than its author to start it. */
  asksForSecondPerson: boolean;
  approvedBy: string | null;
  undoneBy: string | null;
  undoReason: string | null;
  problem: string | null;
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  undoneAt: string | null;
  undoMinutes: number;
  undoClosesAt: string | null;
  /** Proposals of it that still wait for a second person. */
  openProposals: number;
  source: { id: string; reference: string } | null;
}

const iso = (at: DateTime | null): string | null => at?.toUTC().toISO() ?? null;

export async function bulkPage(db: Db, id: string): Promise<BulkPage | null> {
  const [bulk, row] = await Promise.all([findBulk(db, id), db.bulkOperation.findUnique({ where: { id } })]);
  if (!bulk || !row) return null;
  const [counts, outcomes, reasons, names, samples, openProposals, source, about] = await Promise.all([
    countsOf(db, [id]),
    db.bulkItem.groupBy({ by: ["outcome", "rung", "needsApproval"], where: { bulkId: id, outcome: { not: null } }, _count: true, orderBy: { _count: { outcome: "desc" } } }),
    db.bulkItem.groupBy({ by: ["state", "reason"], where: { bulkId: id, reason: { not: null } }, _count: true, orderBy: { _count: { reason: "desc" } } }),
    namesOf(db, [row.createdById, row.approvedById, row.undoneById].filter((person) => person !== null)),
    samplesOf(db, id),
    db.approval.count({ where: { state: "pending", decision: { id: { in: await decisionIdsOf(db, id) } } } }),
    row.sourceId ? db.bulkOperation.findUnique({ where: { id: row.sourceId }, select: { id: true, reference: true } }) : null,
    aboutOf(db, bulk.input),
  ]);
  return {
    id,
    reference: bulk.reference,
    subject: bulk.subject,
    state: bulk.state,
    input: bulk.input,
    selection: selectionSchema.parse(row.selection).words,
    total: row.total,
    counts: counts.get(id) ?? noCounts(),
    outcomes: outcomes.map(({ outcome, rung, needsApproval, _count }) => ({ outcome: outcome ?? "", rung, needsApproval, count: _count })),
    reasons: reasons.map(({ state, reason, _count }) => ({ state, sentence: reasonSentence(reason ?? ""), count: _count })),
    samples,
    about,
    by: { id: row.createdById, name: names.get(row.createdById) ?? "Somebody" },
    asksForSecondPerson: await asksForSecondPerson(db, bulk),
    approvedBy: row.approvedById ? (names.get(row.approvedById) ?? "Somebody") : null,
    undoneBy: row.undoneById ? (names.get(row.undoneById) ?? "Somebody") : null,
    undoReason: row.undoReason,
    problem: row.problem,
    createdAt: row.createdAt.toISOString(),
    startedAt: iso(bulk.startedAt),
    endedAt: iso(bulk.endedAt),
    undoneAt: row.undoneAt?.toISOString() ?? null,
    undoMinutes: bulk.undoMinutes,
    undoClosesAt: iso(undoClosesAt(bulk)),
    openProposals,
    source,
  };
}

const decisionIdsOf = async (db: Db, bulkId: string): Promise<string[]> =>
  (await db.bulkItem.findMany({ where: { bulkId, state: "proposed", decisionId: { not: null } }, select: { decisionId: true } })).flatMap(({ decisionId }) => decisionId ?? []);

async function samplesOf(db: Db, bulkId: string): Promise<BulkPage["samples"]> {
  const rows = await db.$queryRaw<{ outcome: string; businessName: string; sample: unknown }[]>`
    SELECT DISTINCT ON (i.outcome) i.outcome, a.business_name AS "businessName", i.sample
      FROM bulk_item i JOIN account a ON a.id = i.account_id
     WHERE i.bulk_id = ${bulkId}::uuid AND i.sample IS NOT NULL ORDER BY i.outcome, i.position`;
  return rows.map(({ outcome, businessName, sample }) => ({ outcome, businessName, messages: sampleSchema.parse(sample) }));
}

async function aboutOf(db: Db, input: BulkInput): Promise<BulkPage["about"]> {
  const staffId = "staffId" in input ? input.staffId : undefined;
  const clause = "clauseId" in input && input.clauseId ? await db.clause.findUnique({ where: { id: input.clauseId }, select: { code: true, versions: { where: { policyVersion: { state: { in: ["in_force", "superseded"] } } }, select: { title: true }, orderBy: { policyVersion: { number: "desc" } }, take: 1 } } }) : null;
  return {
    clause: clause && [clause.code, clause.versions[0]?.title].filter(Boolean).join(" "),
    person: staffId ? ((await namesOf(db, [staffId])).get(staffId) ?? "Somebody") : null,
    features: input.kind === "interim" ? input.features : [],
  };
}

export const itemFilterSchema = z.object({
  state: z.enum(itemStates).optional().catch(undefined),
  after: z.coerce.number().int().min(0).max(10_000).optional().catch(undefined),
});
export type ItemFilter = z.output<typeof itemFilterSchema>;

export interface ItemRow {
  position: number;
  state: ItemState;
  outcome: string | null;
  rung: number | null;
  needsApproval: boolean;
  reason: string | null;
  settledAt: Date | null;
  accountId: string;
  businessName: string;
  externalId: string;
  platformName: string;
  caseReference: string | null;
  decisionId: string | null;
  decisionReference: string | null;
}

export const itemsPerPage = 50;

/** One page of the items, in the order they were chosen. */
export async function bulkItems(db: Db, bulkId: string, { state, after = 0 }: ItemFilter, limit = itemsPerPage): Promise<{ rows: ItemRow[]; next: number | null }> {
  const rows = await db.$queryRaw<ItemRow[]>`
    SELECT i.position, i.state::text AS state, i.outcome, i.rung, i.needs_approval AS "needsApproval", i.reason, i.settled_at AS "settledAt",
           i.account_id AS "accountId", a.business_name AS "businessName", a.external_id AS "externalId", p.name AS "platformName",
           c.reference AS "caseReference", d.id AS "decisionId", d.reference AS "decisionReference"
      FROM bulk_item i
      JOIN account a ON a.id = i.account_id
      JOIN platform p ON p.id = a.platform_id
      LEFT JOIN "case" c ON c.id = i.case_id
      LEFT JOIN decision d ON d.id = i.decision_id
     WHERE i.bulk_id = ${bulkId}::uuid AND i.position > ${after} ${state ? Prisma.sql`AND i.state = ${state}::bulk_item_state` : Prisma.empty}
     ORDER BY i.position LIMIT ${limit + 1}`;
  const shown = rows.slice(0, limit);
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.position ?? null) : null };
}

/** Bulk actions with proposals that wait for a second person. */
export const bulksWithProposals = (db: Db): Promise<{ id: string; reference: string; count: number; by: string; byId: string }[]> => db.$queryRaw`
  SELECT b.id, b.reference, count(*)::int AS count, s.name AS by, s.id AS "byId"
    FROM approval v
    JOIN bulk_item i ON i.decision_id = v.decision_id AND i.state = 'proposed'
    JOIN bulk_operation b ON b.id = i.bulk_id AND b.kind = 'decide'
    JOIN staff s ON s.id = b.created_by_id
   WHERE v.state = 'pending'
   GROUP BY b.id, b.reference, s.name, s.id HAVING count(*) > 1
   ORDER BY min(v.expires_at) LIMIT 20`;

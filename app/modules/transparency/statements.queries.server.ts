import type { Db, Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { largestBatch } from "./batch-file";
import { checkStatement, publicFields } from "./checked-statement.server";
import type { PersonalData } from "./public-facts";
import { loadPublication } from "./publication.repo.server";
import { statementState, type StatementState } from "./statement-state";

const columns = {
  statementId: true,
  outOfScope: true,
  blockers: true,
  statement: { select: { subject: true, language: true, issuedAt: true, puid: true, decision: { select: { reference: true, state: true, platform: { select: { key: true, name: true, zone: true } } } } } },
  batch: { select: { id: true, number: true, createdAt: true } },
} as const;

type Row = Prisma.StatementPublicationGetPayload<{ select: typeof columns }>;

export interface ListedStatement {
  id: string;
  decision: string;
  subject: string;
  platform: { key: string; name: string; zone: string };
  issuedAt: string;
  state: StatementState;
  outOfScope: string | null;
  blockers: string[];
  /** How the decision stands now: an exported statement may be of a decision that was undone since. */
  decisionState: string;
  batch: { id: string; number: number; exportedAt: string } | null;
}

const listed = ({ statementId, outOfScope, blockers, statement, batch }: Row): ListedStatement => ({
  id: statementId,
  decision: statement.decision.reference,
  subject: statement.subject,
  platform: statement.decision.platform,
  issuedAt: statement.issuedAt.toISOString(),
  state: statementState({ outOfScope, blockers, exported: batch !== null, decisionState: statement.decision.state }),
  outOfScope,
  blockers,
  decisionState: statement.decision.state,
  batch: batch && { id: batch.id, number: batch.number, exportedAt: batch.createdAt.toISOString() },
});

const undone = { decision: { state: { in: ["reversed", "modified"] } } } satisfies Prisma.StatementOfReasonsWhereInput;
const stands = { decision: { state: { notIn: ["reversed", "modified"] } } } satisfies Prisma.StatementOfReasonsWhereInput;

/** As `statementState` decides, in the same order. */
const having: Record<StatementState, Prisma.StatementPublicationWhereInput> = {
  out_of_scope: { outOfScope: { not: null } },
  superseded: { outOfScope: null, statement: undone },
  exported: { outOfScope: null, batchId: { not: null }, statement: stands },
  blocked: { outOfScope: null, batchId: null, blockers: { isEmpty: false }, statement: stands },
  ready: { outOfScope: null, batchId: null, blockers: { isEmpty: true }, statement: stands },
};

/** Newest first; `after` is the id of the last one seen. */
export async function listStatements(db: Db, { state, platformId, after, limit }: { state?: StatementState; platformId?: string; after?: string; limit: number }): Promise<ListedStatement[]> {
  const rows = await db.statementPublication.findMany({
    where: { ...(state && having[state]), ...(platformId && { platformId }), ...(after && { statementId: { lt: after } }) },
    orderBy: { statementId: "desc" },
    take: limit,
    select: columns,
  });
  return rows.map(listed);
}

export interface ExportablePlatform {
  key: string;
  name: string;
  zone: string;
  exports: boolean;
  ready: number;
  blocked: number;
  batches: { id: string; number: number; size: number; undone: number; at: string }[];
}

/** Each platform that hands over statements, or has, with what waits and its newest batches. */
export async function exportablePlatforms(db: Db): Promise<ExportablePlatform[]> {
  const platforms = await db.platform.findMany({
    where: { OR: [{ transparencyExports: true }, { statementBatches: { some: {} } }] },
    orderBy: { name: "asc" },
    select: {
      id: true, key: true, name: true, zone: true, transparencyExports: true,
      statementBatches: { orderBy: { number: "desc" }, take: 5, select: { id: true, number: true, size: true, createdAt: true, _count: { select: { statements: { where: { statement: undone } } } } } },
    },
  });
  const count = (platformId: string, state: StatementState) => db.statementPublication.count({ where: { platformId, ...having[state] } });
  return Promise.all(
    platforms.map(async ({ id, transparencyExports, statementBatches, ...platform }) => ({
      ...platform,
      exports: transparencyExports,
      ready: await count(id, "ready"),
      blocked: await count(id, "blocked"),
      batches: statementBatches.map(({ createdAt, _count, ...batch }) => ({ ...batch, undone: _count.statements, at: createdAt.toISOString() })),
    })),
  );
}

export interface StatementPage extends ListedStatement {
  language: string;
  caseReference: string;
  /** Every field as it went or would go to the database. */
  fields: Record<string, unknown>;
  rewritten: boolean;
  /** The account holder's facts, which stay as they were sent. */
  frozenFacts: string;
  /** What stands in the way now, with the words to change. */
  found: PersonalData[];
  successors: { reference: string; kind: string; endsAt: string | null }[];
}

/** One statement with everything that is or would be told. Read anew: what became known since counts too. */
export async function statementPage(deps: Pick<Deps, "db" | "crypto">, id: string): Promise<StatementPage | null> {
  const row = await deps.db.statementPublication.findUnique({ where: { statementId: id }, select: { ...columns, payload: true } });
  const publication = row && (await loadPublication(deps.db, id));
  if (!row || !publication) return null;
  const summary = listed(row);
  const open = summary.state === "ready" || summary.state === "blocked";
  const checked = open ? await checkStatement(deps.db, deps.crypto, publication) : null;
  const blockers = checked ? (checked.ok ? [] : checked.blockers) : summary.blockers;
  const successors = await deps.db.action.findMany({
    where: { decisionId: publication.statement.decision.id, predecessors: { some: {} } },
    orderBy: { createdAt: "asc" },
    select: { reference: true, kind: true, endsAt: true },
  });
  return {
    ...summary,
    state: statementState({ outOfScope: row.outOfScope, blockers, exported: row.batch !== null, decisionState: summary.decisionState }),
    blockers,
    language: row.statement.language,
    caseReference: publication.statement.decision.case.reference,
    fields: (row.payload as Record<string, unknown> | null) ?? publicFields(publication),
    rewritten: publication.publicFacts !== null,
    frozenFacts: String((publication.statement.dsa as Record<string, unknown> | null)?.decision_facts ?? ""),
    found: checked && !checked.ok ? checked.found : [],
    successors: successors.map(({ endsAt, ...action }) => ({ ...action, endsAt: endsAt?.toISOString() ?? null })),
  };
}

export interface BatchContents {
  id: string;
  number: number;
  sha256: string;
  platformKey: string;
  createdAt: Date;
  payloads: unknown[];
  /** Puids of statements whose decision was reversed or modified since. */
  undone: string[];
}

const contents = {
  id: true, number: true, sha256: true, createdAt: true,
  platform: { select: { key: true } },
  statements: { orderBy: { statementId: "asc" }, take: largestBatch, select: { payload: true, statement: { select: { puid: true, decision: { select: { state: true } } } } } },
} as const satisfies Prisma.StatementBatchSelect;

function contentsOf(found: Prisma.StatementBatchGetPayload<{ select: typeof contents }> | null): BatchContents | null {
  if (!found) return null;
  const { platform, statements, ...batch } = found;
  return {
    ...batch,
    platformKey: platform.key,
    payloads: statements.map(({ payload }) => payload),
    undone: statements.filter(({ statement }) => ["reversed", "modified"].includes(statement.decision.state)).map(({ statement }) => statement.puid ?? ""),
  };
}

export const batchById = async (db: Db, id: string): Promise<BatchContents | null> => contentsOf(await db.statementBatch.findUnique({ where: { id }, select: contents }));

export const batchByNumber = async (db: Db, platformId: string, number: number): Promise<BatchContents | null> =>
  contentsOf(await db.statementBatch.findUnique({ where: { platformId_number: { platformId, number } }, select: contents }));

/** The batch after a number, for a server that fetches them one by one; null: there is none yet. */
export const batchAfter = async (db: Db, platformId: string, number: number): Promise<BatchContents | null> =>
  contentsOf(await db.statementBatch.findFirst({ where: { platformId, number: { gt: number } }, orderBy: { number: "asc" }, select: contents }));

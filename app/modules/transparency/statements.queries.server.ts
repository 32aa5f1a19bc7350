import type { Db, Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { actionKindNames } from "../enforcement/measure";
import { largestBatch } from "./batch-file";
import { checkStatement, publicFields } from "./checked-statement.server";
import type { PersonalData } from "./public-facts";
import { loadPublication, subjectOf } from "./publication.repo.server";
import { statementState, type StatementState } from "./statement-state";

const other = { select: { id: true, action: { select: { reference: true } }, decision: { select: { reference: true } } } } as const;

const platform = { select: { key: true, name: true, zone: true } } as const;

const columns = {
  statementId: true,
  outOfScope: true,
  blockers: true,
  undoneAs: true,
  statement: { select: { subject: true, language: true, issuedAt: true, puid: true, extensionId: true, action: { select: { reference: true, kind: true, account: { select: { platform } } } }, replaces: other, replacedBy: other, decision: { select: { reference: true, state: true, platform } } } },
  batch: { select: { id: true, number: true, createdAt: true } },
} as const;

type Row = Prisma.StatementPublicationGetPayload<{ select: typeof columns }>;

export interface OtherStatement {
  id: string;
  /** What it is about: the decision, or the measure that took another's place. */
  of: string;
}

export interface ListedStatement {
  id: string;
  /** Null: of an interim measure, before anything is decided. */
  decision: string | null;
  subject: string;
  platform: { key: string; name: string; zone: string };
  issuedAt: string;
  state: StatementState;
  outOfScope: string | null;
  blockers: string[];
  /** How the decision was undone after this was issued: an exported statement may be of one. Null: it stands. */
  undoneAs: string | null;
  /** The measure it is about, where that took another's place or is interim. */
  action: { reference: string; kind: string } | null;
  /** It is about an interim measure that lasts longer than its statement before said. */
  extends: boolean;
  replaces: OtherStatement | null;
  replacedBy: OtherStatement | null;
  batch: { id: string; number: number; exportedAt: string } | null;
}

const otherOf = (row: Row["statement"]["replaces"]): OtherStatement | null => row && { id: row.id, of: row.action?.reference ?? row.decision?.reference ?? "" };

const listed = ({ statementId, outOfScope, blockers, undoneAs, statement, batch }: Row): ListedStatement => ({
  id: statementId,
  decision: statement.decision?.reference ?? null,
  subject: statement.subject,
  platform: (statement.decision ?? statement.action!.account).platform,
  issuedAt: statement.issuedAt.toISOString(),
  state: statementState({ outOfScope, blockers, exported: batch !== null, undoneAs }),
  outOfScope,
  blockers,
  undoneAs,
  action: statement.action && { reference: statement.action.reference, kind: actionKindNames[statement.action.kind] },
  extends: statement.extensionId !== null,
  replaces: otherOf(statement.replaces),
  replacedBy: otherOf(statement.replacedBy),
  batch: batch && { id: batch.id, number: batch.number, exportedAt: batch.createdAt.toISOString() },
});

/** As `statementState` decides, in the same order. */
const having: Record<StatementState, Prisma.StatementPublicationWhereInput> = {
  out_of_scope: { outOfScope: { not: null } },
  superseded: { outOfScope: null, undoneAs: { not: null } },
  exported: { outOfScope: null, batchId: { not: null }, undoneAs: null },
  blocked: { outOfScope: null, batchId: null, blockers: { isEmpty: false }, undoneAs: null },
  ready: { outOfScope: null, batchId: null, blockers: { isEmpty: true }, undoneAs: null },
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
      statementBatches: { orderBy: { number: "desc" }, take: 5, select: { id: true, number: true, size: true, createdAt: true, _count: { select: { statements: { where: { undoneAs: { not: null } } } } } } },
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
  return {
    ...summary,
    state: statementState({ outOfScope: row.outOfScope, blockers, exported: row.batch !== null, undoneAs: row.undoneAs }),
    blockers,
    language: row.statement.language,
    caseReference: subjectOf(publication).case.reference,
    fields: (row.payload as Record<string, unknown> | null) ?? publicFields(publication),
    rewritten: publication.publicFacts !== null,
    frozenFacts: String((publication.statement.dsa as Record<string, unknown> | null)?.decision_facts ?? ""),
    found: checked && !checked.ok ? checked.found : [],
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
  statements: { orderBy: { statementId: "asc" }, take: largestBatch, select: { payload: true, undoneAs: true, statement: { select: { puid: true } } } },
} as const satisfies Prisma.StatementBatchSelect;

function contentsOf(found: Prisma.StatementBatchGetPayload<{ select: typeof contents }> | null): BatchContents | null {
  if (!found) return null;
  const { platform, statements, ...batch } = found;
  return {
    ...batch,
    platformKey: platform.key,
    payloads: statements.map(({ payload }) => payload),
    undone: statements.filter(({ undoneAs }) => undoneAs !== null).map(({ statement }) => statement.puid ?? ""),
  };
}

export const batchById = async (db: Db, id: string): Promise<BatchContents | null> => contentsOf(await db.statementBatch.findUnique({ where: { id }, select: contents }));

export const batchByNumber = async (db: Db, platformId: string, number: number): Promise<BatchContents | null> =>
  contentsOf(await db.statementBatch.findUnique({ where: { platformId_number: { platformId, number } }, select: contents }));

/** The batch after a number, for a server that fetches them one by one; null: there is none yet. */
export const batchAfter = async (db: Db, platformId: string, number: number): Promise<BatchContents | null> =>
  contentsOf(await db.statementBatch.findFirst({ where: { platformId, number: { gt: number } }, orderBy: { number: "asc" }, select: contents }));

import { Prisma, type Tx } from "~/infra/db.server";
import type { Batch } from "~/infra/sweep.server";
import { lockFreeAccounts } from "../platforms/account.server";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { lockActions } from "./action.repo.server";
import type { Subject } from "./change-action.server";

/** What a sweep of actions looks for: an instant that has come, in a partial index of its own. */
export type DueBy = "ends_at" | "starts_at";

const due = { ends_at: Prisma.sql`state = 'active'`, starts_at: Prisma.sql`state = 'active' AND begun_at IS NULL` } as const;

/**
 * Takes the next batch of actions that are due, with accounts, cases and actions locked in that order. Whoever is busy with
 * an account or a case is not waited for: its actions come next time, so sweeps never queue behind people nor behind
 * each other.
 *
 * @returns `seen`: how many were found, whether or not they could be taken
 */
export async function takeDueActions(tx: Tx, dueBy: DueBy, at: Date, { after, limit, reached }: Batch): Promise<{ seen: number; subjects: Subject[] }> {
  const column = Prisma.raw(dueBy);
  const further = after ? Prisma.sql`AND (${column}, id) > (${after.at}, ${after.id}::uuid)` : Prisma.empty;
  const [{ found } = { found: [] }] = await tx.$queryRaw<{ found: { id: string; accountId: string; caseId: string; due: number }[] }[]>`
    SELECT coalesce(json_agg(json_build_object('id', id, 'accountId', account_id, 'caseId', case_id, 'due', (extract(epoch FROM ${column}) * 1000)::bigint) ORDER BY ${column}, id), '[]') AS found
      FROM (SELECT id, account_id, case_id, ${column} FROM action WHERE ${due[dueBy]} AND ${column} <= ${at} ${further} ORDER BY ${column}, id LIMIT ${limit}) due`;
  const last = found.at(-1);
  if (!last) return { seen: 0, subjects: [] };
  reached({ at: new Date(last.due), id: last.id });

  const accounts = new Map((await lockFreeAccounts(tx, found.map(({ accountId }) => accountId))).map((account) => [account.id, account]));
  const cases = await freeCases(tx, found.filter(({ accountId }) => accounts.has(accountId)).map(({ caseId }) => caseId));
  const free = found.filter(({ accountId, caseId }) => accounts.has(accountId) && cases.has(caseId)).map(({ id }) => id);
  const actions = new Map((await lockActions(tx, free, Prisma.sql`${due[dueBy]} AND ${column} <= ${at}`)).map((action) => [action.id, action]));
  const terms = await termsOf(tx, [...accounts.values()].map(({ platformId }) => platformId));
  const subjects = found.flatMap(({ id, accountId }): Subject[] => {
    const [account, action] = [accounts.get(accountId), actions.get(id)];
    return account && action ? [{ account, action, terms: terms.get(account.platformId)! }] : [];
  });
  return { seen: found.length, subjects };
}

async function freeCases(tx: Tx, caseIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM "case" WHERE id = ANY(${[...new Set(caseIds)]}::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED`;
  return new Set(rows.map(({ id }) => id));
}

async function termsOf(tx: Tx, platformIds: readonly string[]): Promise<Map<string, Terms>> {
  const of = new Map<string, Terms>();
  for (const id of new Set(platformIds)) of.set(id, await platformTerms(tx, id));
  return of;
}

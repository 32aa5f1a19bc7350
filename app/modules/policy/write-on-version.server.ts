import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { clausesOf, lockVersion, openForWriting, type LockedClause, type LockedVersion } from "./policy-version.repo.server";

export type NotWritten = "forbidden" | "not_found" | "version_not_open";
type Written<T, Refused extends string> = Result<T & { takenBack: boolean }, Refused | NotWritten>;

/**
 * A person's change of a version that is being written, all or nothing: whoever may not, and a version that is handed over to the public, are
 * refused before it; what it refuses itself leaves the version as it was, in review too.
 */
export async function writeOnVersion<T extends object, Refused extends string>(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  versionId: string,
  change: (tx: Tx, version: LockedVersion, now: DateTime) => Promise<Result<T, Refused>>,
): Promise<Written<T, Refused>> {
  if (!may(actor, "policy:edit")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Written<T, Refused>> => {
    const version = await lockVersion(tx, versionId);
    if (!version) return refuse("not_found");
    const now = deps.clock();
    const opened = await openForWriting(tx, version, actor, now);
    if (!opened) return refuse("version_not_open");
    const changed = await change(tx, version, now);
    return changed.ok ? { ...changed, takenBack: opened.takenBack } : changed;
  });
}

/** The same for one clause, as the form saw it: made before somebody else saved the clause, it is stale. */
export const writeOnClause = <T extends object, Refused extends string>(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  { versionId, clauseId, basedOn }: { versionId: string; clauseId: string; basedOn: number },
  change: (tx: Tx, at: { version: LockedVersion; clauses: LockedClause[]; clause: LockedClause }, now: DateTime) => Promise<Result<T, Refused>>,
): Promise<Written<T, Refused | "stale">> =>
  writeOnVersion(deps, actor, versionId, async (tx, version, now): Promise<Result<T, Refused | "not_found" | "stale">> => {
    const clauses = await clausesOf(tx, version.id);
    const clause = clauses.find((one) => one.clauseId === clauseId);
    if (!clause) return refuse("not_found");
    if (clause.revision !== basedOn) return refuse("stale");
    return change(tx, { version, clauses, clause }, now);
  });

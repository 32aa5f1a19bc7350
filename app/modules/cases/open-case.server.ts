import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import type { Actor } from "../access/actor";
import type { Severity } from "../policy/severity";
import { lockAccountForJoining } from "./case.repo.server";
import { findOrOpen } from "./join-case.server";

/**
 * The account's open case in an area, opened when there is none: what staff do about an account without a report hangs
 * on a case too. In the transaction of the calling command, which checks the permission.
 */
export async function openCase(
  tx: Tx,
  actor: Actor,
  { at, ...of }: { platformId: string; accountId: string; area: string; severity: Severity; at: DateTime },
): Promise<Result<{ caseId: string; opened: boolean }, "not_found">> {
  if (!(await lockAccountForJoining(tx, of.accountId))) return refuse("not_found");
  const { found, opened } = await findOrOpen(tx, actor, { ...of, openedAt: at });
  return { ok: true, caseId: found.id, opened };
}

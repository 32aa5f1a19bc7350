import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { ReleaseAccountInput } from "./release-account.schema";
import { release } from "./tail/quarantine.repo.server";

type Refused = "forbidden" | "not_set_aside" | "released_already";

/**
 * Lets an account that was set aside be judged again: the worker that holds its shard catches up with everything it did since, in
 * order, and then the account goes with the others. Should its events fail again, it is set aside again.
 */
export async function releaseAccount(deps: Pick<Deps, "db" | "clock">, actor: Actor, { accountId }: ReleaseAccountInput): Promise<Result<object, Refused>> {
  if (!may(actor, "rule:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refused>> => {
    const at = deps.clock();
    const found = await release(tx, accountId, actor.kind === "staff" ? actor.id : null, at.toJSDate());
    if (found === null) return refuse("not_set_aside");
    if (found === false) return refuse("released_already");
    const { platformId, reason, since } = found;
    await recordAudit(tx, actor, { type: "account.quarantine_released", at, platformId, accountId, since: since.toISOString(), reason });
    return { ok: true };
  });
}

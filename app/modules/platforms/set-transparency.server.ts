import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { SetTransparencyInput } from "./set-transparency.schema";

/**
 * Says whether a platform hands its statements of reasons to the EU's transparency database, and for which countries.
 * Counts for decisions from now on: what was decided before keeps the answer of its day.
 */
export async function setTransparency(deps: Deps, actor: Actor, { platformKey, exports, territory }: SetTransparencyInput): Promise<Result<object, "forbidden" | "platform_unknown">> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  const at = deps.clock();
  return transact(deps.db, async (tx): Promise<Result<object, "platform_unknown">> => {
    const platform = await tx.platform.findUnique({ where: { key: platformKey }, select: { id: true, transparencyExports: true, transparencyTerritory: true } });
    if (!platform) return refuse("platform_unknown");
    const countries = [...new Set(territory)].sort();
    await tx.platform.update({ where: { id: platform.id }, data: { transparencyExports: exports, transparencyTerritory: countries }, select: { id: true } });
    await recordAudit(tx, actor, {
      type: "platform.transparency_set",
      at,
      platformId: platform.id,
      before: { exports: platform.transparencyExports, territory: platform.transparencyTerritory },
      after: { exports, territory: countries },
    });
    return { ok: true };
  });
}

import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { transparencyKey, type SetTransparencyInput } from "./set-transparency.schema";

type Refusal = "platform_unknown" | "transparency_moved";

/**
 * Says whether a platform hands its statements of reasons to the EU's transparency database (DSA 24(5)), and for which
 * countries. Counts for decisions from now on: what was decided before keeps the answer of its day.
 */
export async function setTransparency(deps: Deps, actor: Actor, { platformKey, exports, territory, seen, reason }: SetTransparencyInput): Promise<Result<object, "forbidden" | Refusal>> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, Refusal>> => {
    const [locked] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM platform WHERE key = ${platformKey} FOR NO KEY UPDATE`;
    if (!locked) return refuse("platform_unknown");
    const platform = await tx.platform.findUniqueOrThrow({ where: { id: locked.id }, select: { transparencyExports: true, transparencyTerritory: true } });
    const before = { exports: platform.transparencyExports, territory: platform.transparencyTerritory };
    if (seen !== undefined && seen !== transparencyKey(before)) return refuse("transparency_moved");
    await tx.platform.update({ where: { id: locked.id }, data: { transparencyExports: exports, transparencyTerritory: territory }, select: { id: true } });
    await recordAudit(tx, actor, { type: "platform.transparency_set", at: deps.clock(), platformId: locked.id, before, after: { exports, territory }, reason });
    return { ok: true };
  });
}

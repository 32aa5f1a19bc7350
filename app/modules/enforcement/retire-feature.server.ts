import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { RetireFeatureInput } from "../platforms/feature.schema";
import { lockPlatformForFeatures } from "./feature.repo.server";
import { standingOf, versionsOf } from "./ladder.repo.server";
import { severities } from "../policy/severity";

export type RetireRefusal = "forbidden" | "platform_unknown" | "feature_unknown" | "feature_on_ladder" | "feature_contained";

/**
 * Takes a feature out of what new measures and ladders can name, or puts it back. Measures in force keep restricting it,
 * and the gate goes on answering for it: retiring a feature never opens it to anybody.
 */
export async function retireFeature(deps: Deps, actor: StaffActor, { platformKey, code, retire }: RetireFeatureInput): Promise<Result<object, RetireRefusal>> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, RetireRefusal>> => {
    const platform = await lockPlatformForFeatures(tx, platformKey);
    if (!platform) return refuse("platform_unknown");
    const at = deps.clock();
    const feature = platform.features.find((one) => one.code === code);
    if (!feature) return refuse("feature_unknown");
    if (feature.retired === retire) return { ok: true };
    if (retire) {
      if (platform.features.some((one) => !one.retired && one.includes.includes(code))) return refuse("feature_contained");
      const versions = await versionsOf(tx, platform.id);
      const standing = severities.flatMap((severity) => {
        const { current, scheduled } = standingOf(versions.filter((one) => one.severity === severity), at);
        return [current, scheduled].filter((one) => one !== null);
      });
      if (standing.some(({ rungs }) => rungs.some((rung) => rung.kind === "feature_restriction" && rung.features.includes(code)))) return refuse("feature_on_ladder");
    }
    await tx.feature.update({ where: { platformId_code: { platformId: platform.id, code } }, data: { retiredAt: retire ? at.toJSDate() : null }, select: { code: true } });
    await recordAudit(tx, actor, { type: retire ? "feature.retired" : "feature.restored", at, platformId: platform.id, code });
    return { ok: true };
  });
}

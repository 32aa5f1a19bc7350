import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { transact } from "~/infra/transaction.server";
import { may, type StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import type { AddFeatureInput, ChangeFeatureInput } from "../platforms/feature.schema";
import { withContained, type Feature } from "../platforms/features";
import { denyToSuspended, lockPlatformForFeatures, restrictionsOf } from "./feature.repo.server";

type Named = "platform_unknown" | "feature_unknown" | "feature_circle";

/** What it is said to contain must be there, and must not lead back to itself. */
function checkIncludes(features: readonly Feature[], code: string, includes: readonly string[]): Result<object, "feature_unknown" | "feature_circle"> {
  if (!includes.every((one) => one === code || features.some((feature) => feature.code === one))) return refuse("feature_unknown");
  return withContained(includes, features).has(code) ? refuse("feature_circle") : { ok: true };
}

/** Adds a feature that measures can restrict. Accounts that are suspended at that moment are denied it at once. */
export async function addFeature(deps: Deps, actor: StaffActor, input: AddFeatureInput): Promise<Result<{ denied: number }, "forbidden" | "feature_exists" | Named>> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<{ denied: number }, "feature_exists" | Named>> => {
    const platform = await lockPlatformForFeatures(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const at = deps.clock();
    const { code, name, nameEs } = input;
    if (platform.features.some((feature) => feature.code === code)) return refuse("feature_exists");
    const includes = [...new Set(input.includes)].sort();
    const checked = checkIncludes(platform.features, code, includes);
    if (!checked.ok) return checked;
    await tx.feature.create({ data: { platformId: platform.id, code, name, nameEs, includes, position: platform.features.length } });
    const denied = await denyToSuspended(tx, platform.id, code, at);
    await recordAudit(tx, actor, { type: "feature.added", at, platformId: platform.id, code, name, nameEs, includes });
    return { ok: true, denied };
  });
}

/**
 * Gives a feature other names, or other features to contain. What it contains can change only while no measure in force
 * restricts it or a feature around it: nobody's measure grows or shrinks by a change of settings.
 */
export async function changeFeature(deps: Deps, actor: StaffActor, input: ChangeFeatureInput): Promise<Result<object, "forbidden" | "feature_restricting" | Named>> {
  if (!may(actor, "settings:manage")) return refuse("forbidden");
  return transact(deps.db, async (tx): Promise<Result<object, "feature_restricting" | Named>> => {
    const platform = await lockPlatformForFeatures(tx, input.platformKey);
    if (!platform) return refuse("platform_unknown");
    const at = deps.clock();
    const { code, name, nameEs } = input;
    const before = platform.features.find((feature) => feature.code === code);
    if (!before) return refuse("feature_unknown");
    const includes = [...new Set(input.includes)].sort();
    const checked = checkIncludes(platform.features.filter((feature) => feature.code !== code), code, includes);
    if (!checked.ok) return checked;
    const sameParts = [...before.includes].sort().join() === includes.join();
    const around = platform.features.filter((feature) => withContained([feature.code], platform.features).has(code)).map((feature) => feature.code);
    if (!sameParts) {
      const count = await restrictionsOf(tx, platform.id, around);
      if (count > 0) return refuse("feature_restricting", { count });
    }
    await tx.feature.update({ where: { platformId_code: { platformId: platform.id, code } }, data: { name, nameEs, includes }, select: { code: true } });
    await recordAudit(tx, actor, { type: "feature.changed", at, platformId: platform.id, code, name, nameEs, includes, before: { name: before.name, nameEs: before.nameEs, includes: before.includes } });
    return { ok: true };
  });
}

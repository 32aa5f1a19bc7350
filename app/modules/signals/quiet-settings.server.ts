import type { Db } from "~/infra/db.server";
import { versionsOfRows } from "./rule-book.repo.server";
import { ruleVersion } from "./rules/default-rules";
import type { VersionOf } from "./rules/rule-book";
import { versionsThatCount } from "./rules/versions-that-count";
import type { QuietSetting } from "./sending-hours.repo.server";

const isQuiet = (version: { rule: string }): version is VersionOf<"quiet_hours"> => version.rule === "quiet_hours";

/**
 * Which hours are quiet on each platform, and since when (CF-AUP 4.4). Messages are counted by them whether the rule runs or not;
 * where a platform's policies have no such clause, by the catalogue's own.
 */
export async function quietSettings(db: Db, platformId?: string): Promise<QuietSetting[]> {
  const platforms = await db.platform.findMany({ where: { id: platformId }, select: { id: true, policies: { select: { code: true } } } });
  const rows = await db.signalRuleVersion.findMany({ where: { platformId, rule: "quiet_hours" }, orderBy: { version: "asc" } });
  return platforms.flatMap(({ id, policies }) => {
    const set = versionsOfRows(rows.filter((row) => row.platformId === id)).versions;
    const versions = versionsThatCount(set, policies.map(({ code }) => code)).filter(isQuiet);
    const counting = versions.length > 0 ? versions : [ruleVersion("quiet_hours")].filter(isQuiet);
    return counting.map(({ effectiveFrom, parameters }) => ({ platformId: id, since: effectiveFrom, from: parameters.from, until: parameters.until }));
  });
}

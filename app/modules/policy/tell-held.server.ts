import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { permissionsOf, roles } from "../access/permissions";
import { stageNotices } from "../notices/stage-notice.server";
import type { HeldReason, NoticeStanding } from "./effect";
import type { DueVersion } from "./effect.repo.server";

const rolesThatPublish: readonly string[] = roles.filter((role) => permissionsOf[role].includes("policy:publish") || role === "lead");

/** Tells whoever publishes policies, and the leads, that a version is held; once for each day that could not be kept. */
export async function tellHeld(tx: Tx, deps: Deps, version: DueVersion, { reason, earliest, standing, at }: { reason: HeldReason; earliest: DateTime; standing: NoticeStanding | null; at: DateTime }): Promise<void> {
  const colleagues = await tx.staff.findMany({ where: { disabledAt: null }, orderBy: { id: "asc" }, select: { email: true, roles: true } });
  await stageNotices(
    tx,
    deps,
    colleagues
      .filter((one) => one.roles.some((role) => rolesThatPublish.includes(role)))
      .map(({ email }) => ({
        at,
        platformId: null,
        to: email,
        language: "en",
        about: {},
        content: {
          template: "policy_held" as const,
          props: {
            policy: version.policyCode,
            version: version.number,
            platform: version.platformName,
            zone: version.zone,
            reason,
            wasToBegin: version.effectiveFrom,
            earliest: earliest.toJSDate(),
            notTold: (standing?.waiting ?? 0) + (standing?.unreachable ?? 0),
            notReached: standing?.unreachable ?? 0,
            campaignUrl: `${deps.config.publicUrl}/notices/campaigns/${version.campaignId}`,
          },
        },
        dedupeKey: `policy:${version.id}:held:${version.effectiveFrom.toISOString()}`,
      })),
  );
}

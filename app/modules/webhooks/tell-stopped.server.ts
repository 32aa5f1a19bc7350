import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { permissionsOf, roles } from "../access/permissions";
import { stageNotices } from "../notices/stage-notice.server";

const rolesThatManage: readonly string[] = roles.filter((role) => permissionsOf[role].includes("settings:manage"));

/** Tells whoever looks after endpoints that one was stopped by its receiver; once for each time. */
export async function tellStopped(tx: Tx, deps: Deps, endpointId: string, { cancelled, at }: { cancelled: number; at: DateTime }): Promise<void> {
  const { url, description, platform } = await tx.webhookEndpoint.findUniqueOrThrow({ where: { id: endpointId }, select: { url: true, description: true, platform: { select: { name: true, zone: true } } } });
  const colleagues = await tx.staff.findMany({ where: { disabledAt: null }, orderBy: { id: "asc" }, select: { email: true, roles: true } });
  const props = { platform: platform.name, zone: platform.zone, endpoint: description, host: new URL(url).host, stoppedAt: at.toJSDate(), cancelled, settingsUrl: `${deps.config.publicUrl}/settings/webhooks` };
  await stageNotices(
    tx,
    deps,
    colleagues
      .filter((one) => one.roles.some((role) => rolesThatManage.includes(role)))
      .map(({ email }) => ({ at, platformId: null, to: email, language: "en", about: {}, content: { template: "webhook_stopped" as const, props }, dedupeKey: `webhook:${endpointId}:stopped:${at.toISO()}` })),
  );
}

import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import { stageOutbox } from "~/infra/outbox.server";

export interface EndpointRow {
  id: string;
  platformId: string;
  state: "enabled" | "disabled";
  secretSealed: string;
  disabledReason: string | null;
}

export async function lockEndpoint(tx: Tx, id: string): Promise<EndpointRow | null> {
  const [row] = await tx.$queryRaw<EndpointRow[]>`
    SELECT id, platform_id AS "platformId", state::text AS state, secret_sealed AS "secretSealed", disabled_reason AS "disabledReason" FROM webhook_endpoint WHERE id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

/** The replaced secrets of an endpoint that still sign, newest first. */
export const stillSigning = (now: DateTime) => ({ where: { signsUntil: { gt: now.toJSDate() } }, orderBy: { signsUntil: "desc" } }) as const;

/** Orders everything that decides whose turn it is in a lane, so that no turn is lost between two workers. */
export async function lockLane(tx: Tx, { endpointId, lane }: { endpointId: string; lane: string }): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`webhook ${endpointId} ${lane}`}, 0))`;
}

export interface DeliveryRow {
  id: string;
  endpointId: string;
  lane: string;
  seq: bigint;
  state: "pending" | "delivered" | "failed" | "cancelled";
  attempts: number;
  nextAttemptAt: Date | null;
  leasedUntil: Date | null;
}

/** The delivery and its lane, locked. */
export async function lockDelivery(tx: Tx, id: string): Promise<DeliveryRow | null> {
  const place = await tx.webhookDelivery.findUnique({ where: { id }, select: { endpointId: true, lane: true } });
  if (!place) return null;
  await lockLane(tx, place);
  const [row] = await tx.$queryRaw<DeliveryRow[]>`
    SELECT id, endpoint_id AS "endpointId", lane, seq, state::text AS state, attempts, next_attempt_at AS "nextAttemptAt", leased_until AS "leasedUntil"
      FROM webhook_delivery WHERE id = ${id}::uuid FOR UPDATE`;
  return row ?? null;
}

/** The delivery whose turn it is in the lane. */
export async function firstInLane(tx: Tx, { endpointId, lane }: { endpointId: string; lane: string }): Promise<string | null> {
  const [first] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM webhook_delivery WHERE endpoint_id = ${endpointId}::uuid AND lane = ${lane} AND state = 'pending' ORDER BY seq, id LIMIT 1`;
  return first?.id ?? null;
}

export async function endDelivery(tx: Tx, delivery: DeliveryRow, state: "delivered" | "failed" | "cancelled", at: DateTime): Promise<void> {
  await tx.webhookDelivery.update({ where: { id: delivery.id }, data: { state, endedAt: at.toJSDate(), leasedUntil: null, nextAttemptAt: null }, select: { id: true } });
  const next = await firstInLane(tx, delivery);
  if (next) await stageOutbox(tx, { topic: "webhook.deliver", payload: { deliveryId: next }, at });
}

/** Why an endpoint is off: a person wanted it so, or its receiver did and nobody has looked yet. */
export const offBecause = { person: "switched off", receiver: "answered 410 Gone" } as const;

/** Nothing more goes to the endpoint; what was on its way is cancelled. @returns how many that were */
export async function disable(tx: Tx, endpointId: string, reason: (typeof offBecause)[keyof typeof offBecause], at: DateTime): Promise<number> {
  await tx.webhookEndpoint.update({ where: { id: endpointId }, data: { state: "disabled", disabledReason: reason, updatedAt: at.toJSDate() }, select: { id: true } });
  const { count } = await tx.webhookDelivery.updateMany({ where: { endpointId, state: "pending" }, data: { state: "cancelled", endedAt: at.toJSDate(), leasedUntil: null, nextAttemptAt: null } });
  return count;
}

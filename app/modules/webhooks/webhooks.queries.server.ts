import type { Deps } from "~/infra/deps.server";
import { offBecause, stillSigning } from "./webhook.repo.server";
import type { LogFilter } from "./webhook.schema";

export const deliveryPageSize = 50;

/** Every endpoint, and until when secrets it had before still sign, last first. */
export async function listEndpoints({ db, clock }: Pick<Deps, "db" | "clock">) {
  const rows = await db.webhookEndpoint.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    omit: { secretSealed: true },
    include: { platform: { select: { key: true, name: true } }, retiredSecrets: { ...stillSigning(clock()), select: { signsUntil: true } } },
  });
  return rows.map(({ retiredSecrets, createdAt, updatedAt: _updatedAt, ...row }) => ({
    ...row,
    /** Its receiver stopped it, and nobody has said yet what is to become of it. */
    stopped: row.disabledReason === offBecause.receiver,
    oldSecretsUntil: retiredSecrets.map(({ signsUntil }) => signsUntil.toISOString()),
    createdAt: createdAt.toISOString(),
  }));
}

/** Endpoints that their receivers stopped, by name, until somebody says what is to become of them. */
export const stoppedEndpoints = async ({ db }: Pick<Deps, "db">): Promise<string[]> =>
  (await db.webhookEndpoint.findMany({ where: { state: "disabled", disabledReason: offBecause.receiver }, orderBy: { id: "asc" }, select: { description: true } })).map(({ description }) => description);

/** The newest deliveries, of all endpoints or of one, in any state or in one, before the delivery `before`, with their attempts. */
export async function listDeliveries({ db }: Pick<Deps, "db">, { endpoint, state, before }: LogFilter) {
  const rows = await db.webhookDelivery.findMany({
    where: { ...(endpoint && { endpointId: endpoint }), ...(state && { state }), ...(before && { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take: deliveryPageSize + 1,
    include: {
      message: { select: { id: true, type: true, payload: true, occurredAt: true } },
      endpoint: { select: { url: true, description: true } },
      log: { orderBy: { number: "desc" } },
    },
  });
  const ahead = await aheadOf(db, rows.filter((row) => row.state === "pending").map(({ id }) => id));
  return {
    rows: rows.slice(0, deliveryPageSize).map((row) => ({
      id: row.id,
      state: row.state,
      type: row.message.type,
      messageId: row.message.id,
      payload: row.message.payload,
      occurredAt: row.message.occurredAt.toISOString(),
      endpoint: row.endpoint.description,
      url: row.endpoint.url,
      replay: row.lane.startsWith("replay:"),
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      /** The one of its lane that has to end first; null: it is this one's turn. */
      waitsFor: ahead.get(row.id) ?? null,
      attempts: row.log.map(({ number, at, status, error, tookMs }) => ({ number, at: at.toISOString(), status, error, tookMs })),
    })),
    next: rows.length > deliveryPageSize ? rows[deliveryPageSize - 1]!.id : null,
  };
}

/** Of deliveries that wait, the first in the lane of each that is not first itself: how often it failed, and when it is tried next. */
async function aheadOf(db: Deps["db"], ids: readonly string[]): Promise<Map<string, { type: string; attempts: number; nextAttemptAt: string | null }>> {
  if (ids.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: string; type: string; attempts: number; nextAttemptAt: Date | null }[]>`
    SELECT d.id, m.type, first.attempts, first.next_attempt_at AS "nextAttemptAt"
      FROM webhook_delivery d
     CROSS JOIN LATERAL (SELECT f.id, f.message_id, f.attempts, f.next_attempt_at FROM webhook_delivery f
                          WHERE f.endpoint_id = d.endpoint_id AND f.lane = d.lane AND f.state = 'pending' ORDER BY f.seq, f.id LIMIT 1) first
      JOIN webhook_message m ON m.id = first.message_id
     WHERE d.id = ANY(${[...ids]}::uuid[]) AND first.id <> d.id`;
  return new Map(rows.map(({ id, nextAttemptAt, ...first }) => [id, { ...first, nextAttemptAt: nextAttemptAt?.toISOString() ?? null }]));
}
export type DeliveryPage = Awaited<ReturnType<typeof listDeliveries>>;

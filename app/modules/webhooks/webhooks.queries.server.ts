import type { Deps } from "~/infra/deps.server";

export const deliveryPageSize = 50;

/** Every endpoint with how its deliveries stand. */
export async function listEndpoints({ db }: Pick<Deps, "db">) {
  const rows = await db.webhookEndpoint.findMany({
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    omit: { secretSealed: true, previousSecretSealed: true },
    include: { platform: { select: { key: true, name: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    platform: row.platform,
    url: row.url,
    description: row.description,
    events: row.events,
    state: row.state,
    disabledReason: row.disabledReason,
    previousSecretUntil: row.previousSecretUntil?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }));
}

/** The newest deliveries of all endpoints or of one, before the delivery `before`, with their attempts. */
export async function listDeliveries({ db }: Pick<Deps, "db">, { endpointId, before }: { endpointId?: string; before?: string }) {
  const rows = await db.webhookDelivery.findMany({
    where: { ...(endpointId === undefined ? {} : { endpointId }), ...(before === undefined ? {} : { id: { lt: before } }) },
    orderBy: { id: "desc" },
    take: deliveryPageSize + 1,
    include: {
      message: { select: { id: true, type: true, payload: true, occurredAt: true } },
      endpoint: { select: { url: true } },
      log: { orderBy: { number: "desc" } },
    },
  });
  return {
    rows: rows.slice(0, deliveryPageSize).map((row) => ({
      id: row.id,
      state: row.state,
      type: row.message.type,
      messageId: row.message.id,
      payload: row.message.payload,
      occurredAt: row.message.occurredAt.toISOString(),
      url: row.endpoint.url,
      replay: row.lane.startsWith("replay:"),
      nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
      attempts: row.log.map(({ number, at, status, error, tookMs }) => ({ number, at: at.toISOString(), status, error, tookMs })),
    })),
    next: rows.length > deliveryPageSize ? rows[deliveryPageSize - 1]!.id : null,
  };
}

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
      attempts: row.log.map(({ number, at, status, error, tookMs }) => ({ number, at: at.toISOString(), status, error, tookMs })),
    })),
    next: rows.length > deliveryPageSize ? rows[deliveryPageSize - 1]!.id : null,
  };
}
export type DeliveryPage = Awaited<ReturnType<typeof listDeliveries>>;

import { newId } from "~/infra/id";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { aPlatform } from "../../factories/platform";
import type { BenchDatabase } from "../enforcement/bench-gate";

const accounts = 1_000;

export interface Cast {
  platformId: string;
  accountIds: string[];
  /** A request with so many new events in it. */
  request(events: number): string;
}

/** A platform with accounts, and a key that may send events. @param idOf the ids of events; by default they grow */
export async function castFor({ deps }: BenchDatabase, idOf: () => string = newId): Promise<Cast> {
  const platform = await aPlatform(deps, { key: "bench" });
  const now = deps.clock().toJSDate();
  const accountIds = Array.from({ length: accounts }, () => newId());
  await deps.db.account.createMany({ data: accountIds.map((id, n) => ({ id, platformId: platform.id, externalId: `acct-${n}`, businessName: `Business ${n}`, createdAt: now, updatedAt: now })) });
  const made = await createApiKey(deps, { kind: "system", name: "bench" }, { platformKey: "bench", name: "bench", scopes: ["event:write"] });
  if (!made.ok) throw new Error(made.reason);
  const event = () => ({
    id: idOf(),
    type: "message.sent",
    account: `acct-${Math.floor(Math.random() * accounts)}`,
    contact: `+1307${String(Math.floor(Math.random() * 1e7)).padStart(7, "0")}`,
    category: "marketing",
    occurredAt: new Date().toISOString(),
    templateId: "promo_7",
    templateApproved: true,
    businessName: "Zenith Plumbing",
    hasOptOutInstructions: true,
    consent: { method: "website_form", at: "2026-01-20T21:00:00Z" },
  });
  return {
    platformId: platform.id,
    accountIds,
    request(events) {
      const body = JSON.stringify(Array.from({ length: events }, event));
      return `POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${made.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    },
  };
}

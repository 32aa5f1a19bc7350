import { seedReference } from "#prisma/seed/reference";
import type { Deps } from "~/infra/deps.server";
import { poolOf } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { ApiScope } from "~/modules/access/api-key";
import { createApiKey } from "~/modules/access/create-api-key.server";
import { aPlatform, anAccount } from "../factories/platform";

export interface Sender {
  platformId: string;
  accountId: string;
  /** The platform's own id of its account. */
  account: string;
  bearer: { authorization: string };
}

/** A platform with an account, and a key that may send events. */
export async function aSender(deps: Deps, scopes: ApiScope[] = ["event:write"]): Promise<Sender> {
  const platform = await aPlatform(deps);
  const account = await anAccount(deps, platform.id);
  return { platformId: platform.id, accountId: account.id, account: account.externalId, bearer: await aBearer(deps, platform.key, scopes) };
}

/** A platform with the policies that the rules watch over, and a key that may send its events. */
export async function aPlatformWithRules(deps: Deps): Promise<Pick<Sender, "platformId" | "bearer">> {
  await seedReference(deps);
  const { id, key } = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  return { platformId: id, bearer: await aBearer(deps, key, ["event:write"]) };
}

async function aBearer(deps: Deps, platformKey: string, scopes: ApiScope[]): Promise<Sender["bearer"]> {
  const made = await createApiKey(deps, { kind: "system", name: "test" }, { platformKey, name: "test", scopes });
  if (!made.ok) throw new Error(made.reason);
  return { authorization: `Bearer ${made.key}` };
}

export const anEvent = (account: string, occurredAt: string, more: object = {}) => ({ id: newId(), type: "message.sent", account, contact: "+13075550142", category: "marketing", occurredAt, ...more });

export interface StoredEvent {
  event_id: string;
  account_id: string;
  shard: number;
  type: number;
  contact: string | null;
  zones: string | null;
  occurred_at: Date;
  [column: string]: unknown;
}

/** What the store holds of a platform, oldest first. */
export async function storedEvents(deps: Pick<Deps, "db">, platformId: string): Promise<StoredEvent[]> {
  const { rows } = await poolOf(deps.db).query<StoredEvent>(
    "SELECT e.*, z.zones FROM stream.message_event e LEFT JOIN stream.zone_set z ON z.id = e.zone_set WHERE e.platform_id = $1 ORDER BY e.occurred_at, e.event_id",
    [platformId],
  );
  return rows;
}

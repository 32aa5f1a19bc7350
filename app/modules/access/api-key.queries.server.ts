import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { apiKeyState, type ApiKeyState } from "./api-key";

export interface ApiKeyRow {
  id: string;
  platform: string;
  name: string;
  prefix: string;
  scopes: string[];
  state: ApiKeyState;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
  lastUsedAt: string | null;
  /** Another key was made in its place; this one works until it ends. */
  replaced: boolean;
}

/** Every key, newest first: few per platform, so that they need no pages. Nothing a key could be made from is in it. */
export async function listApiKeys(deps: Pick<Deps, "db" | "clock">, filter: { platformKey?: string } = {}): Promise<ApiKeyRow[]> {
  const now = deps.clock();
  const rows = await deps.db.apiKey.findMany({
    where: filter.platformKey === undefined ? {} : { platform: { key: filter.platformKey } },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    omit: { keyHash: true },
    include: { platform: { select: { key: true } } },
  });
  return rows.map((row) => ({
    id: row.id,
    platform: row.platform.key,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    state: apiKeyState({ expiresAt: utc(row.expiresAt), revokedAt: utc(row.revokedAt) }, now),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    replaced: row.replacedById !== null,
  }));
}

const utc = (at: Date | null): DateTime | null => (at ? DateTime.fromJSDate(at, { zone: "utc" }) : null);

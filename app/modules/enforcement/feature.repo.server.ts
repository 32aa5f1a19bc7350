import { DateTime } from "luxon";
import type { Prisma, Tx } from "~/infra/db.server";
import type { Feature } from "../platforms/features";
import { projectGate, type GateAction } from "./gate-projection";

/** The platform, locked against every change of its features and of any account's gate until the transaction ends. */
export async function lockPlatformForFeatures(tx: Tx, key: string): Promise<{ id: string; features: Feature[] } | null> {
  const [platform] = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM platform WHERE key = ${key} FOR UPDATE`;
  if (!platform) return null;
  const features = await tx.feature.findMany({ where: { platformId: platform.id }, orderBy: [{ position: "asc" }, { code: "asc" }] });
  return { id: platform.id, features: features.map(({ code, name, nameEs, includes, retiredAt }) => ({ code, name, nameEs, includes, retired: retiredAt !== null })) };
}

const batch = 1_000;

/**
 * A feature that is new is denied to accounts that are suspended or terminated, now or from a day that is set: by the
 * rule that projects every gate, batch by batch of accounts.
 *
 * @returns how many accounts it is denied to
 */
export async function denyToSuspended(tx: Tx, platformId: string, feature: string, at: DateTime): Promise<number> {
  const barring = { state: "active", kind: { in: ["suspension", "termination"] }, OR: [{ endsAt: null }, { endsAt: { gt: at.toJSDate() } }] } satisfies Prisma.ActionWhereInput;
  let denied = 0;
  for (let after = ""; ; ) {
    const accounts = await tx.account.findMany({ where: { platformId, actions: { some: barring }, ...(after && { id: { gt: after } }) }, orderBy: { id: "asc" }, take: batch, select: { id: true } });
    const actions = await activeActions(tx, accounts.map(({ id }) => id), barring);
    const rows = accounts.flatMap(({ id: accountId }) =>
      projectGate(actions.get(accountId) ?? [], [{ code: feature, includes: [] }], at).map(({ from, until, ...row }) => ({
        ...row,
        accountId,
        verdict: "deny" as const,
        startsAt: from.toJSDate(),
        until: until?.toJSDate() ?? null,
        updatedAt: at.toJSDate(),
      })),
    );
    await tx.gateEntry.createMany({ data: rows, skipDuplicates: true });
    denied += accounts.length;
    if (accounts.length < batch) return denied;
    after = accounts.at(-1)!.id;
  }
}

async function activeActions(tx: Tx, accountIds: readonly string[], where: Prisma.ActionWhereInput): Promise<Map<string, GateAction[]>> {
  const rows = await tx.action.findMany({ where: { ...where, accountId: { in: [...accountIds] } }, orderBy: { id: "asc" } });
  const utc = (date: Date | null) => date && DateTime.fromJSDate(date, { zone: "utc" });
  const of = new Map<string, GateAction[]>();
  for (const { accountId, id, kind, interim, features, state, startsAt, endsAt } of rows) {
    of.set(accountId, [...(of.get(accountId) ?? []), { id, kind, interim, features, state, startsAt: utc(startsAt), endsAt: utc(endsAt) }]);
  }
  return of;
}

/** How many measures in force restrict any of these features. */
export const restrictionsOf = (tx: Tx, platformId: string, codes: readonly string[]): Promise<number> =>
  tx.action.count({ where: { account: { platformId }, state: "active", kind: "feature_restriction", features: { hasSome: [...codes] } } });

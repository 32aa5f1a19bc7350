import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";

export const gatedFeatures = ["messaging", "campaigns", "api"] as const;

/** A platform with three features; CustomerFlows' zone and terms. */
export async function aPlatform(deps: Pick<Deps, "db" | "clock">, over: { key?: string; zone?: string } = {}) {
  const key = over.key ?? `platform-${newId().slice(-8)}`;
  return deps.db.platform.create({
    data: {
      id: newId(),
      key,
      name: key,
      legalName: `${key} LLC`,
      postalAddress: "1 Main Street, Sheridan, WY 82801",
      abuseEmail: `abuse@${key}.example`,
      appealsEmail: `appeals@${key}.example`,
      supportEmail: `support@${key}.example`,
      securityEmail: `security@${key}.example`,
      zone: over.zone ?? "America/Denver",
      createdAt: deps.clock().toJSDate(),
      features: { create: gatedFeatures.map((code, position) => ({ code, name: code, position })) },
    },
  });
}

export async function anAccount(deps: Pick<Deps, "db" | "clock">, platformId: string, over: { externalId?: string; businessName?: string } = {}) {
  const at = deps.clock().toJSDate();
  const externalId = over.externalId ?? `acct-${newId().slice(-8)}`;
  return deps.db.account.create({
    data: { id: newId(), platformId, externalId, businessName: over.businessName ?? `Business ${externalId}`, createdAt: at, updatedAt: at },
  });
}

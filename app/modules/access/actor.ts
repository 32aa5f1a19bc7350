import { permissionsOf, type Permission, type Role } from "./permissions";

/** Whoever causes a change. Every command takes one and every audit entry names one. */
export type Actor =
  | { kind: "staff"; id: string; name: string; roles: readonly Role[] }
  | { kind: "api_key"; id: string; platformId: string; scopes: readonly string[] }
  | { kind: "reporter"; reportId: string }
  | { kind: "account_holder"; accountId: string }
  | { kind: "public" }
  | { kind: "system"; name: string };

export type StaffActor = Extract<Actor, { kind: "staff" }>;

/** Whether this actor carries the permission. Only staff and the operator's own command line (`system`) carry any. */
export function may(actor: Actor, permission: Permission): boolean {
  if (actor.kind === "system") return true;
  if (actor.kind !== "staff") return false;
  return actor.roles.some((role) => permissionsOf[role].includes(permission));
}

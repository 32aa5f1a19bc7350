import type { Deps } from "~/infra/deps.server";
import { normaliseEmail } from "~/infra/normalise";
import type { StaffActor } from "./actor";
import { roles, type Role } from "./permissions";

/** The person who works under this address, for a command that somebody gives in their name; null when nobody could sign in with it. */
export async function staffByEmail({ db, config }: Pick<Deps, "db" | "config">, email: string): Promise<StaffActor | null> {
  const person = await db.staff.findUnique({ where: { email: normaliseEmail(email) }, select: { id: true, name: true, roles: true, demo: true, disabledAt: true, passwordHash: true } });
  if (!person?.passwordHash || person.disabledAt || (person.demo && !config.demo)) return null;
  return { kind: "staff", id: person.id, name: person.name, roles: roles.filter((role): role is Role => person.roles.includes(role)) };
}

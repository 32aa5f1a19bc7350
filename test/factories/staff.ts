import type { Db } from "~/infra/db.server";
import { newId } from "~/infra/id";
import type { StaffActor } from "~/modules/access/actor";
import type { Role } from "~/modules/access/permissions";
import { factoryNow, nth } from "./moment";

/** A colleague, as the actor of commands. Cannot sign in: no password. */
export async function createStaff(db: Db, roles: Role[] = ["analyst"], name = `Person ${nth()}`): Promise<StaffActor> {
  const id = newId();
  await db.staff.create({ data: { id, email: `person-${id}@staff.example`, name, roles, createdAt: factoryNow } });
  return { kind: "staff", id, name, roles };
}

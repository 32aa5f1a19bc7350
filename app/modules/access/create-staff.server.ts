import { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { normaliseEmail } from "~/infra/normalise";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { may, type Actor } from "./actor";
import { stageInvite } from "./invite-staff.server";
import { inviteUrl, newInvite } from "./staff.repo.server";
import type { CreateStaffInput } from "./staff.schema";

/**
 * Adds a person and mails them a one-time link, by which they set their own password: nobody ever knows another's.
 *
 * @returns the link too, for the operator's command line, where the first admin is made before mail is known to work
 */
export async function createStaff(
  deps: Deps,
  actor: Actor,
  input: CreateStaffInput,
): Promise<Result<{ staffId: string; inviteUrl: string }, "forbidden" | "email_taken">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  const staffId = newId();
  const invite = newInvite(deps.crypto, now);
  const person = { id: staffId, email: normaliseEmail(input.email), name: input.name, roles: input.roles };
  try {
    return await deps.db.$transaction(async (tx) => {
      await tx.staff.create({ data: { ...person, createdAt: now.toJSDate(), ...invite.columns } });
      await recordAudit(tx, actor, { type: "staff.created", at: now, staffId, roles: input.roles });
      await stageInvite(tx, deps, actor, person, invite, now);
      return { ok: true, staffId, inviteUrl: inviteUrl(deps.config.publicUrl, invite.token) };
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return refuse("email_taken");
    throw error;
  }
}

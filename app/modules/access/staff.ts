import { z } from "zod";
import { roles, type Role } from "./permissions";

export const emailAddress = z
  .string({ error: "Enter an email address." })
  .trim()
  .toLowerCase()
  .max(254, "That address is too long.")
  .pipe(z.email("Enter an email address, like name@example.com."));

export const roleNames: Record<Role, string> = {
  analyst: "Analyst",
  lead: "Lead",
  appeals_reviewer: "Appeals reviewer",
  policy_manager: "Policy manager",
  auditor: "Auditor",
  admin: "Admin",
};

export const roleDuties: Record<Role, string> = {
  analyst: "Works cases and proposes decisions.",
  lead: "Also approves what needs a second person, reassigns cases and lifts actions.",
  appeals_reviewer: "Rules on appeals against decisions of others.",
  policy_manager: "Drafts and publishes policies.",
  auditor: "Reads everything and the audit log. Cannot hold a role that changes things.",
  admin: "Manages people, keys, settings and failed jobs.",
};

/**
 * A set of roles one person may hold. The auditor reads all and changes nothing, so nobody audits their own work
 *.
 */
export const staffRoles = z
  .array(z.enum(roles))
  .min(1, "Choose at least one role.")
  .transform((chosen) => roles.filter((role) => chosen.includes(role)))
  .refine(
    (chosen) => !chosen.includes("auditor") || chosen.length === 1,
    "An auditor changes nothing, so this role cannot be combined with another.",
  );

/** The console must keep somebody who can let people in: the last admin can neither leave nor stop being one. */
export function leavesNoAdmin(
  person: { id: string; roles: readonly Role[]; disabled: boolean },
  after: { roles: readonly Role[]; disabled: boolean },
  otherActiveAdmins: number,
): boolean {
  const isAdmin = person.roles.includes("admin") && !person.disabled;
  const stays = after.roles.includes("admin") && !after.disabled;
  return isAdmin && !stays && otherActiveAdmins === 0;
}

import { z } from "zod";
import { cleanLine } from "~/infra/text";
import { newPassword } from "./password";
import { emailAddress, staffRoles } from "./staff";

const uuid = z.uuid("That person does not exist.");

export const createStaffSchema = z.object({
  email: emailAddress,
  name: cleanLine({ max: 100, min: 2, required: "Enter a name of at least two characters." }),
  roles: staffRoles,
});
export type CreateStaffInput = z.output<typeof createStaffSchema>;

export const staffIdSchema = z.object({ staffId: uuid });
export const changeRolesSchema = z.object({ staffId: uuid, roles: staffRoles });
export type ChangeRolesInput = z.output<typeof changeRolesSchema>;

const twice = (input: { password: string; repeat: string }) => input.password === input.repeat;
const differs = { message: "The two passwords differ.", path: ["repeat"] };
const repeat = z.string({ error: "Type the password again." }).max(200);

export const acceptInviteSchema = z.object({ password: newPassword, repeat }).refine(twice, differs);
export const changePasswordSchema = z
  .object({
    current: z.string({ error: "Enter your current password." }).min(1).max(200),
    password: newPassword,
    repeat,
  })
  .refine(twice, differs);
export type ChangePasswordInput = z.output<typeof changePasswordSchema>;

export const revokeSessionSchema = z.object({ sessionId: z.uuid("That session does not exist.") });

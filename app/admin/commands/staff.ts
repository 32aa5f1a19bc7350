import { Option, type Command } from "commander";
import { createStaff } from "~/modules/access/create-staff.server";
import { roles } from "~/modules/access/permissions";
import { createStaffSchema } from "~/modules/access/staff.schema";
import { type Desk, operator, Refused, WrongUsage } from "../session";

interface Options {
  email: string;
  name: string;
  role: string[];
}

export function staffCommands(program: Command, desk: Desk): void {
  const staff = program.command("staff").description("people who work in the console");
  staff
    .command("create")
    .description("add a person and print, once, the link by which they set their password; it is mailed to them too")
    .requiredOption("--email <address>", "where they sign in from and are written to")
    .requiredOption("--name <name>", "what others see them called")
    .addOption(new Option("--role <role...>", "what they may do").choices(roles).makeOptionMandatory())
    .action((options: Options, command: Command) => desk.answer(command, () => create(desk, options)));
}

async function create(desk: Desk, options: Options) {
  const parsed = createStaffSchema.safeParse({ email: options.email, name: options.name, roles: options.role });
  if (!parsed.success) throw new WrongUsage(parsed.error.issues.map((issue) => issue.message).join(" "));
  const made = await desk.withDeps((deps) => createStaff(deps, operator, parsed.data));
  if (!made.ok) throw new Refused(made.reason);
  return {
    data: { staffId: made.staffId, email: parsed.data.email, roles: parsed.data.roles, inviteUrl: made.inviteUrl },
    text: `${parsed.data.name} is added. This link sets their password; it works once and is not shown again:\n\n  ${made.inviteUrl}`,
  };
}

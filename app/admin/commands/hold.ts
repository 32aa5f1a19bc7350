import type { Command } from "commander";
import { readHeld } from "~/modules/referrals/read-held.server";
import { rowLimit } from "../options";
import { type Desk, operator, Refused } from "../session";
import { table } from "../table";

interface Options {
  reason: string;
  limit: number;
}

export function holdCommands(program: Command, desk: Desk): void {
  const hold = program.command("hold").description("what legal holds and preservation requests keep");
  hold
    .command("show")
    .description("show what of the account is kept beyond its usual time: former addresses and numbers, and message events; this is written to the audit trail")
    .argument("<reference>", "of the hold or the preservation request, like LH-4K7Q-T2MX")
    .requiredOption("--reason <words>", "why you look, for the audit trail")
    .option("--limit <count>", "at most this many events, the newest", rowLimit, 1_000)
    .action((reference: string, options: Options, command: Command) => desk.answer(command, () => show(desk, reference, options)));
}

async function show(desk: Desk, reference: string, { reason, limit }: Options) {
  return desk.withDeps(async (deps) => {
    const found = await readHeld(deps, operator, { reference, reason, limit });
    if (!found.ok) throw new Refused(found.reason);
    const { contacts, events, eventCount } = found;
    const reached = table(contacts, { KIND: ({ kind }) => kind, ROLE: ({ role }) => role, WHAT: ({ value }) => value, FROM: ({ from }) => from.toISOString(), TO: ({ to }) => to.toISOString() }, "No former addresses or numbers are kept.");
    const sent = table(events, { AT: ({ occurredAt }) => occurredAt.toISOString(), TYPE: ({ type }) => type, ID: ({ id }) => id, CONTACT: ({ contact }) => contact ?? "-" }, "No message events are kept beyond their time.");
    return { data: { reference, contacts, events, eventCount }, text: `${reached}\n\n${sent}\n\n${events.length} of ${eventCount} events.` };
  });
}

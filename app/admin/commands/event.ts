import type { Command } from "commander";
import type { DateTime } from "luxon";
import { eventCounts } from "~/modules/signals/event-counts.queries.server";
import { civilDay } from "../options";
import { type Desk, Refused, WrongUsage } from "../session";
import { table } from "../table";

interface Options {
  platform: string;
  from?: DateTime;
  to?: DateTime;
}

const mostDays = 7;
const shownDays = 3;

export function eventCommands(program: Command, desk: Desk): void {
  const events = program.command("event").description("message events that platforms sent");
  events
    .command("counts")
    .description(`how many are stored by UTC day and type, at most ${mostDays} days at once, and how many came too late to be judged`)
    .requiredOption("--platform <key>", "which platform")
    .option("--from <day>", "first UTC day, like 2026-11-20", civilDay)
    .option("--to <day>", "last UTC day; today if left out", civilDay)
    .action((options: Options, command: Command) => desk.answer(command, () => counts(desk, options)));
}

async function counts(desk: Desk, { platform, ...asked }: Options) {
  return desk.withDeps(async (deps) => {
    const to = asked.to ?? deps.clock().toUTC().startOf("day");
    const from = asked.from ?? to.minus({ days: shownDays - 1 });
    const days = to.diff(from, "days").days + 1;
    if (days < 1) throw new WrongUsage("The last day is before the first.");
    if (days > mostDays) throw new WrongUsage(`Ask for at most ${mostDays} days at once.`);
    const range = { from: from.toISODate()!, to: to.toISODate()! };
    const found = await eventCounts(deps, platform, range);
    if (!found) throw new Refused("platform_unknown");
    const lines = table(found.accepted, { DAY: ({ day }) => day, TYPE: ({ type }) => type, STORED: ({ count }) => count }, `Nothing is stored of ${range.from} to ${range.to}.`);
    return { data: { platform, ...range, ...found }, text: `${lines}\n\nToo late to be judged, of all platforms and since the first event: ${found.late}.` };
  });
}

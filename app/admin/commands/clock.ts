import type { Command } from "commander";
import { DateTime } from "luxon";
import { moveTestClock, type ClockMove } from "~/infra/clock.server";
import { parseDuration } from "~/infra/duration";
import { type Desk, Refused, WrongUsage } from "../session";

interface Options {
  advance?: string;
  set?: string;
}

export function clockCommands(program: Command, desk: Desk): void {
  program
    .command("clock")
    .description("show the time the console goes by; set it forward where TEST_CLOCK=1 allows it (never in production)")
    .option("--advance <span>", "forward by a span: 31d, 12h, 90m, 45s, 1d12h")
    .option("--set <instant>", "forward to an instant with its offset: 2026-12-21T07:00:00Z")
    .action((options: Options, command: Command) => desk.answer(command, () => clock(desk, options)));
}

async function clock(desk: Desk, options: Options) {
  const move = moveOf(options);
  const now = await desk.withDeps(async (deps) => {
    if (!move) return deps.clock();
    const moved = await moveTestClock(deps, move);
    if (moved.ok) return moved.now;
    throw new Refused(moved.reason);
  });
  return { data: { now: now.toISO() }, text: `It is ${now.toISO()}.` };
}

function moveOf({ advance, set }: Options): ClockMove | null {
  if (advance !== undefined && set !== undefined) throw new WrongUsage("Give either --advance or --set.");
  if (advance !== undefined) {
    const span = parseDuration(advance);
    if (!span) throw new WrongUsage(`"${advance}" is not a span such as 31d, 12h or 1d12h.`);
    return { advance: span };
  }
  if (set === undefined) return null;
  const instant = DateTime.fromISO(set, { setZone: true });
  if (!instant.isValid || !/(?:Z|[+-]\d\d:?\d\d)$/i.test(set)) throw new WrongUsage(`"${set}" is not an instant with its offset, such as 2026-12-21T07:00:00Z.`);
  return { set: instant.toUTC() };
}

import { DateTime } from "luxon";
import { z } from "zod";
import { moveTestClock, type ClockMove } from "~/infra/clock.server";
import { parseDuration } from "~/infra/duration";
import { anyone, defineEndpoint } from "./endpoint";
import { refusalProblem } from "./problem";

const advance = z.string().transform((text, context) => {
  const span = parseDuration(text);
  if (!span) context.addIssue({ code: "custom", message: "must be a span such as 31d, 12h or 1d12h" });
  return span ?? z.NEVER;
});

const set = z.iso.datetime({ offset: true, error: "must be an instant with its offset, such as 2026-12-21T07:00:00Z" }).transform((text, context) => {
  const instant = DateTime.fromISO(text, { zone: "utc" });
  if (!instant.isValid) context.addIssue({ code: "custom", message: "is not a date that exists" });
  return instant.isValid ? instant : z.NEVER;
});

const move = z
  .strictObject({ advance: advance.optional(), set: set.optional() })
  .transform((given, context): ClockMove => {
    if (given.advance && !given.set) return { advance: given.advance };
    if (given.set && !given.advance) return { set: given.set };
    context.addIssue({ code: "custom", message: 'give either "advance" or "set"' });
    return z.NEVER;
  });

/** Moves the clock of every process forward. Mounted only where the configuration asks for the test clock. */
export const testClockEndpoint = defineEndpoint({
  method: "POST",
  pattern: "/test/clock",
  admit: anyone,
  body: move,
  handle: async ({ body }, { deps }) => {
    const moved = await moveTestClock(deps, body);
    return moved.ok ? { status: 200, body: { now: moved.now.toISO() } } : refusalProblem(moved);
  },
});

import { newId } from "~/infra/id";
import { loader } from "~/routes/_console.cases.$reference/route";
import { databaseWithCases } from "./case-dataset";
import { openConsole, type Console } from "./console";
import { interleave, ratio, report, typical } from "./harness";
import type { Suite } from "./run";
import { statementsOf } from "./statements";

const calls = 200;

/** The case page's loader with 10 and with 10,000 timeline entries, and the round trips it takes with the session's. */
export const casePage: Suite = async ({ clusterUrl, quick }) => {
  const at = await openConsole(await databaseWithCases(clusterUrl, quick ? 1_000 : 100_000, "timeline"));
  try {
    const short = await caseWithTimeline(at, "C-0", 10);
    const long = await caseWithTimeline(at, "C-10", 10_000);
    const open = (reference: string) => () => at.load(loader, `/cases/${reference}`, { reference });
    await open(long)();
    const trips = await statementsOf(open(long));
    const taken = await interleave({ short: open(short), long: open(long) }, calls);
    return report("Case page with 10,000 timeline entries against 10", [
      { what: "p99 long ÷ short", value: ratio(taken.long, taken.short, "p99"), atMost: 1.5 },
      { what: "p50 long ÷ short", value: ratio(taken.long, taken.short, "p50") },
      { what: "round trips", value: trips.length, atMost: 3 },
      { what: "p50 loader, ms", value: typical(taken.long, "p50") },
    ]);
  } finally {
    await at.close();
  }
};

async function caseWithTimeline({ deps }: Console, reference: string, entries: number): Promise<string> {
  const { id } = await deps.db.case.findUniqueOrThrow({ where: { reference } });
  const authorId = newId();
  const now = deps.clock();
  const events = Array.from({ length: entries }, (_, n) => ({
    id: newId(),
    noteId: newId(),
    at: now.minus({ minutes: entries - n }).toJSDate(),
    text: `Note ${n}: called the account holder and compared the sign-up form with the dates of the messages.`,
  }));
  await deps.db.caseNote.createMany({ data: events.map(({ noteId, at, text }) => ({ id: noteId, caseId: id, authorId, text, createdAt: at })) });
  await deps.db.caseEvent.createMany({
    data: events.map(({ id: eventId, noteId, at }) => ({ id: eventId, caseId: id, at, kind: "note_added", actorKind: "staff", actorId: authorId, actorName: "Ana", data: { noteId } })),
  });
  await deps.db.$executeRaw`ANALYZE case_event`;
  return reference;
}

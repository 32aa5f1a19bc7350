import { Option, type Command } from "commander";
import { caseStates, findCase, listCases, type CaseStateName } from "~/modules/cases/case-overview.queries.server";
import { rowLimit } from "../options";
import { type Desk, Refused } from "../session";
import { facts, table } from "../table";

interface Options {
  platform?: string;
  state?: CaseStateName;
  limit: number;
  after?: string;
}

export function caseCommands(program: Command, desk: Desk): void {
  const cases = program.command("case").description("investigations");
  cases
    .command("list")
    .description("list cases, newest first")
    .option("--platform <key>", "only this platform's")
    .addOption(new Option("--state <state>", "only in this state").choices(caseStates))
    .option("--limit <count>", "at most this many", rowLimit, 50)
    .option("--after <reference>", "go on behind this case")
    .action((options: Options, command: Command) => desk.answer(command, () => list(desk, options)));
  cases
    .command("show")
    .description("show a case with its reports, actions and timeline; nothing about who reported")
    .argument("<reference>", "such as C-4K7Q-T2MX")
    .action((reference: string, _options: unknown, command: Command) => desk.answer(command, () => show(desk, reference)));
}

const when = (at: Date | null): string | null => at?.toISOString() ?? null;

async function list(desk: Desk, { platform, state, limit, after }: Options) {
  const cases = await desk.withDeps((deps) => listCases(deps, { platformKey: platform, state, limit, after }));
  const text = table(
    cases,
    {
      CASE: (row) => row.reference,
      PLATFORM: (row) => row.platform.key,
      STATE: (row) => row.state,
      SEVERITY: (row) => row.severity,
      AREA: (row) => row.area,
      REPORTS: (row) => row.reportCount,
      SIGNALS: (row) => row.signalCount,
      OPENED: (row) => when(row.openedAt),
      ACCOUNT: (row) => `${row.account.externalId} ${row.account.businessName}`,
    },
    "There are no such cases.",
  );
  return { data: { cases }, text };
}

async function show(desk: Desk, reference: string) {
  const found = await desk.withDeps((deps) => findCase(deps, reference.toUpperCase()));
  if (!found) throw new Refused("case_unknown");
  const text = [
    facts({
      Case: found.reference,
      Platform: found.platform.key,
      Account: `${found.account.externalId} ${found.account.businessName}`,
      State: found.state + (found.escalated ? ", escalated" : ""),
      Severity: found.severity,
      Area: found.area,
      Opened: when(found.openedAt),
      Decided: when(found.decidedAt),
      Closed: when(found.closedAt),
    }),
    table(
      found.reports,
      { REPORT: (row) => row.reference, RECEIVED: (row) => when(row.receivedAt), BY: (row) => row.channel, CLAUSE: (row) => row.clause?.code ?? null, STATE: (row) => row.state, OUTCOME: (row) => row.outcome },
      "No reports.",
    ),
    table(
      found.actions,
      { ACTION: (row) => row.reference, KIND: (row) => (row.interim ? `interim ${row.kind}` : row.kind), STATE: (row) => row.state, FROM: (row) => when(row.startsAt), UNTIL: (row) => when(row.endsAt), FEATURES: (row) => row.features.join(" "), HOLDER: (row) => (row.noTipOff ? "do not tip off" : row.informedAt ? "told" : "not told yet") },
      "No actions.",
    ),
    table([...found.events].reverse(), { WHEN: (row) => when(row.at), WHO: (row) => row.who, WHAT: (row) => row.what }, "Nothing happened yet."),
  ].join("\n\n");
  return { data: { case: found }, text };
}

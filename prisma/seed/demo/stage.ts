import type { DateTime} from "luxon";
import { type DurationLike } from "luxon";
import { demoPeople } from "#prisma/demo-people.mjs";
import type { Deps } from "~/infra/deps.server";
import type { Result } from "~/infra/result";
import type { StaffActor } from "~/modules/access/actor";
import { recordInformed } from "~/modules/enforcement/record-informed.server";
import { markHandedOver } from "~/modules/notices/mark-handed-over.server";

/** The product's own dependencies under a clock the seed moves, so that the demo's past is made by the real commands. */
export interface Stage {
  deps: Deps;
  /** Mails written since are left to the worker, so that the inbox has something to read on the first day. */
  freshSince: DateTime;
  actors: Record<string, StaffActor>;
  now: () => DateTime<true>;
  at: (instant: DateTime) => void;
  later: (by: DurationLike) => void;
}

export const seeder = { kind: "system", name: "seed" } as const;

export async function openStage(deps: Deps, start: DateTime<true>): Promise<Stage> {
  let now = start;
  const people = await deps.db.staff.findMany({ where: { demo: true } });
  const actors = Object.fromEntries(
    demoPeople.map((person): [string, StaffActor] => {
      const { id, name } = people.find(({ email }) => email === person.email)!;
      return [person.name.split(" ")[0]!.toLowerCase(), { kind: "staff", id, name, roles: [person.role] }];
    }),
  );
  return {
    freshSince: start.minus({ hours: 30 }),
    deps: { ...deps, clock: () => now, limits: { ...deps.limits, take: async () => ({ ok: true }) } },
    actors,
    now: () => now,
    at: (instant) => {
      now = instant.toUTC() as DateTime<true>;
    },
    later: (by) => {
      now = now.plus(by);
    },
  };
}

/** The demo is built from things that must work: a refusal is a mistake in its story. */
export function must<Value extends object>(result: Result<Value>, what: string): { ok: true } & Value {
  if (!result.ok) throw new Error(`the demo's story breaks at "${what}": ${result.reason} ${JSON.stringify(result.detail ?? {})}`);
  return result;
}

/** What was written before now reached its readers; of the demo's past only the last day is mailed. */
export async function deliverMails(stage: Stage): Promise<void> {
  const written = { lte: stage.now().toJSDate(), lt: stage.freshSince.toJSDate() };
  const queued = await stage.deps.db.notice.findMany({ where: { state: "queued", createdAt: written }, select: { id: true, kind: true, actionId: true, decisionId: true } });
  stage.later({ seconds: 20 });
  for (const notice of queued) {
    must(await markHandedOver(stage.deps, seeder, { noticeId: notice.id, reply: "250 2.0.0 accepted" }), "mail taken");
    if (notice.kind === "statement_of_reasons" || notice.kind === "interim_measure") {
      await recordInformed(stage.deps, seeder, { actionId: notice.actionId, decisionId: notice.decisionId, informedAt: stage.now() });
    }
  }
}

import { randomUUID } from "node:crypto";
import type { DateTime, DurationLike } from "luxon";
import { businessCalendarNamed, businessDaysUntil } from "~/infra/business-time";
import type { StaffActor } from "~/modules/access/actor";
import { appealDueAt } from "~/modules/appeals/appeal";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { fileAppeal } from "~/modules/appeals/file-appeal.server";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { addNote } from "~/modules/cases/add-note.server";
import { claimCase } from "~/modules/cases/claim-case.server";
import { closeCase } from "~/modules/cases/close-case.server";
import { escalateCase } from "~/modules/cases/escalate-case.server";
import { reopenCase } from "~/modules/cases/reopen-case.server";
import { applyInterimMeasure } from "~/modules/enforcement/apply-interim-measure.server";
import { approveDecision } from "~/modules/enforcement/approve-decision.server";
import { decideCase } from "~/modules/enforcement/decide-case.server";
import { expireActions } from "~/modules/enforcement/expire-actions.server";
import { askReporter } from "~/modules/intake/ask-reporter.server";
import { submitReport } from "~/modules/intake/submit-report.server";
import { recordSignal } from "~/modules/signals/record-signal.server";
import { demoReporters, demoReports } from "./reports";
import { deliverMails, must, seeder, type Stage } from "./stage";
import { demoFindings, demoRule, type Course, type Story } from "./stories";

export interface Cast {
  accounts: Map<string, { id: string; platformKey: string; name: string }>;
}

interface Scene {
  stage: Stage;
  story: Story;
  account: { id: string; platformKey: string; name: string };
  caseId: string;
  analyst: StaffActor;
}

/** Plays one case from its first report to where it stands today. */
export async function playStory(stage: Stage, { accounts }: Cast, story: Story, index: number, today: DateTime): Promise<void> {
  const account = accounts.get(story.account)!;
  stage.at(today.minus({ days: story.daysAgo, hours: index % 9 }));
  await letActionsExpire(stage);
  const caseId = await bringIn(stage, story, account, index, today);
  const scene: Scene = { stage, story, account, caseId, analyst: index % 2 ? stage.actors.ben! : stage.actors.ana! };
  await courses[story.course](scene, today);
  await deliverMails(stage);
}

/** What ran out before this story begins has ended by then. */
async function letActionsExpire(stage: Stage): Promise<void> {
  await expireActions(stage.deps);
  await deliverMails(stage);
}

/** Reports and signals arrive over some hours and join one case. */
async function bringIn(stage: Stage, story: Story, account: Scene["account"], index: number, today: DateTime): Promise<string> {
  const wordings = demoReports[story.clause]!;
  for (let n = 0; n < story.reports; n += 1) {
    const mayAsk = story.course === "waiting" && n === 0;
    const [email] = demoReporters[mayAsk ? index % 2 : (index * 4 + n) % demoReporters.length]!;
    const [description, messageText, time] = wordings[n % wordings.length]!;
    const day = stage.now().minus({ days: 2 }).toISODate();
    must(
      await submitReport(stage.deps, { kind: "public" }, {
        platform: account.platformKey,
        clause: story.clause,
        businessName: account.name,
        externalId: story.account,
        description: n < wordings.length ? description : `${description} Somebody in my family had the same.`,
        messageText,
        day,
        time,
        email: email ?? undefined,
        language: "en",
        idempotencyKey: randomUUID(),
      }),
      `report on ${account.name}`,
    );
    stage.later({ minutes: 40 + ((index * 17 + n * 31) % 150) });
    if (stage.now() > today) stage.at(today.minus({ minutes: 5 }));
  }
  const { area } = await stage.deps.db.clause.findUniqueOrThrow({ where: { code: story.clause }, select: { area: true } });
  for (let n = 0; n < story.signals; n += 1) await detect(stage, story, account, n);
  const { id } = await stage.deps.db.case.findFirstOrThrow({ where: { accountId: account.id, area }, orderBy: { openedAt: "desc" }, select: { id: true } });
  return id;
}

async function detect(stage: Stage, story: Story, account: Scene["account"], n: number): Promise<void> {
  const rule = demoRule(story.clause)!;
  const seen = demoFindings[rule]!;
  const share = 1 - n / 4;
  const end = stage.now().startOf("hour").minus({ days: n });
  must(
    await recordSignal(stage.deps, seeder, {
      accountId: account.id,
      clauseCode: story.clause,
      rule,
      ruleVersion: 1,
      windowStart: end.minus({ hours: 24 }).toISO(),
      windowEnd: end.toISO(),
      observed: seen.observed * share,
      threshold: seen.threshold,
      score: Math.round(80 * share),
      measures: Object.fromEntries(Object.entries(seen.measures).map(([name, count], place) => [name, place === 0 ? Math.round(count * share) : count])),
      eventIds: Array.from({ length: 6 }, (_, k) => `evt-${story.account}-${story.daysAgo}-${n}-${k}`),
    }),
    `signal on ${account.name}`,
  );
}

const versionOf = async ({ stage, caseId }: Scene): Promise<number> =>
  (await stage.deps.db.case.findUniqueOrThrow({ where: { id: caseId }, select: { version: true } })).version;

async function claim(scene: Scene, after: DurationLike = { hours: 2 }): Promise<void> {
  scene.stage.later(after);
  must(await claimCase(scene.stage.deps, scene.analyst, { caseId: scene.caseId }), "claim");
}

async function note(scene: Scene, text: string): Promise<void> {
  scene.stage.later({ minutes: 10 });
  must(await addNote(scene.stage.deps, scene.analyst, { caseId: scene.caseId, text }), "note");
}

const facts = (scene: Scene): string =>
  `Between ${scene.stage.now().minus({ days: 6 }).toFormat("d LLLL")} and ${scene.stage.now().minus({ days: 1 }).toFormat("d LLLL yyyy")} your account broke this rule. ` +
  `We looked at what recipients told us${scene.story.signals > 0 ? " and at the figures of your own sending" : ""}, and both agree.`;

async function decide(scene: Scene, choice: { rung?: 1 | 2 | 3 | 4 | 5 } = {}): Promise<string> {
  await claim(scene);
  await note(scene, "Looked through every report; the wording and the times fit together. No sign that the reporters know each other.");
  await claim(scene, { minutes: 20 });
  const { stage, story, caseId, analyst } = scene;
  const clause = await stage.deps.db.clause.findUniqueOrThrow({ where: { code: story.clause }, select: { id: true } });
  const evidence = await stage.deps.db.report.findMany({ where: { caseId }, select: { id: true } });
  const decided = must(
    await decideCase(stage.deps, analyst, {
      outcome: "violation",
      caseId,
      version: await versionOf(scene),
      idempotencyKey: randomUUID(),
      evidence: evidence.map(({ id }) => `report:${id}`),
      rationale: "The reports are independent of each other, name the same conduct and carry the message texts.",
      findings: [{ clauseId: clause.id, conductOn: stage.now().minus({ days: 2 }).toISODate() }],
      ...choice,
      features: [],
      justification: choice.rung ? "The conduct goes on after earlier measures and puts recipients’ money at risk." : "",
      lawEnforcementReferral: false,
      noTipOff: false,
      facts: facts(scene),
    }),
    `decide on ${scene.account.name}`,
  );
  return decided.decisionId;
}

async function clear(scene: Scene): Promise<void> {
  await claim(scene);
  const { stage, caseId, analyst } = scene;
  must(
    await decideCase(stage.deps, analyst, {
      outcome: "no_violation",
      caseId,
      version: await versionOf(scene),
      idempotencyKey: randomUUID(),
      evidence: [],
      rationale: "The recipients had asked for these messages; the sign-up forms show it, with dates.",
      finding: "no_violation",
    }),
    "no violation",
  );
}

const rungFive = { rung: 5 } as const;

async function approved(scene: Scene): Promise<string> {
  const decisionId = await decide(scene, rungFive);
  scene.stage.later({ hours: 5 });
  must(await approveDecision(scene.stage.deps, scene.stage.actors.lee!, { decisionId }), "approve");
  return decisionId;
}

const explanation =
  "We believe this was decided in error. Our customers signed up on our website, and we can show the form and the dates. One employee sent the campaign to the wrong list, and we have taken that access away.";

/** Decides, lets the mail arrive, and appeals: on the day that leaves `left` business days today, or some days later. */
async function appeal(scene: Scene, today: DateTime, left: number | null): Promise<string> {
  const { stage, account } = scene;
  const decisionId = await decide(scene);
  await deliverMails(stage);
  const { zone, calendar, appealSlaBusinessDays } = await stage.deps.db.platform.findUniqueOrThrow({ where: { key: account.platformKey } });
  const business = businessCalendarNamed(calendar, zone);
  stage.later({ days: 1 });
  if (left !== null) {
    for (let day = today.minus({ days: 8 }); day > stage.now(); day = day.minus({ hours: 12 })) {
      if (businessDaysUntil(today, appealDueAt(day, appealSlaBusinessDays, business), business) === left) {
        stage.at(day);
        break;
      }
    }
  }
  const { id: actionId } = await stage.deps.db.action.findFirstOrThrow({ where: { decisionId }, select: { id: true } });
  const filed = must(
    await fileAppeal(stage.deps, { kind: "account_holder", accountId: account.id }, { accountId: account.id, actionId, explanation, channel: "link", idempotencyKey: randomUUID() }),
    "appeal",
  );
  await deliverMails(stage);
  return filed.appealId;
}

async function ruled(scene: Scene, today: DateTime, ruling: "upheld" | "overturned", grounds: string): Promise<void> {
  const appealId = await appeal(scene, today, null);
  const { stage } = scene;
  stage.later({ days: 2 });
  must(await assignAppeal(stage.deps, stage.actors.rita!, { appealId }), "assign appeal");
  stage.later({ days: 2 });
  const { version } = await stage.deps.db.appeal.findUniqueOrThrow({ where: { id: appealId }, select: { version: true } });
  must(await ruleOnAppeal(stage.deps, stage.actors.rita!, { appealId, version, ruling, grounds }), "rule");
}

/** Leases are renewed while somebody works: who holds a case today claimed it minutes ago. */
async function claimToday(scene: Scene, today: DateTime): Promise<void> {
  scene.stage.at(today.minus({ minutes: 6 }));
  must(await claimCase(scene.stage.deps, scene.analyst, { caseId: scene.caseId }), "claim today");
}

const courses: Record<Course, (scene: Scene, today: DateTime) => Promise<unknown>> = {
  open: async () => {},
  claimed: claimToday,
  noted: async (scene, today) => {
    await claim(scene);
    await note(scene, "Asked the platform for the account’s sign-up form. Two of the numbers belong to one household.");
    await claimToday(scene, today);
  },
  waiting: async (scene) => {
    await claim(scene);
    const { id: reportId } = await scene.stage.deps.db.report.findFirstOrThrow({ where: { caseId: scene.caseId, reporter: { emailSealed: { not: null } } } });
    scene.stage.later({ minutes: 4 });
    must(await askReporter(scene.stage.deps, scene.analyst, { reportId, question: "Can you send us a screenshot of the message, with the number it came from and the time?" }), "ask");
  },
  escalated: async (scene) => {
    await claim(scene);
    must(await escalateCase(scene.stage.deps, scene.analyst, { caseId: scene.caseId, staffId: scene.stage.actors.lee!.id, reason: "Threats of violence; a lead should see this today." }), "escalate");
  },
  interim: async (scene, today) => {
    await claim(scene);
    await note(scene, "Opt-outs keep arriving while we look. The marketing should pause until this is decided.");
    scene.stage.at(today.minus({ days: 2 }));
    must(await claimCase(scene.stage.deps, scene.analyst, { caseId: scene.caseId }), "claim again");
    must(
      await applyInterimMeasure(scene.stage.deps, scene.analyst, {
        caseId: scene.caseId,
        version: await versionOf(scene),
        kind: "feature_restriction",
        features: ["marketing_messages"],
        reason: "Recipients who opted out are still being written to. We pause marketing messages while we look into it.",
      }),
      "interim",
    );
  },
  no_violation: clear,
  decided: (scene) => decide(scene),
  awaiting_approval: async (scene, today) => {
    scene.stage.at(today.minus({ hours: 20 }));
    await decide(scene, rungFive);
  },
  approved,
  appeal_due_in_1: (scene, today) => appeal(scene, today, 1),
  appeal_due_in_2: (scene, today) => appeal(scene, today, 2),
  appeal_new: (scene, today) => appeal(scene, today, null),
  appeal_upheld: (scene, today) =>
    ruled(scene, today, "upheld", "The sign-up form you sent is dated after the messages. The decision rests on the messages themselves, and they are not in dispute."),
  appeal_overturned: (scene, today) =>
    ruled(scene, today, "overturned", "The licence you sent is valid and was valid on that day; the register lists it under your former name. We are sorry for the trouble."),
  reopened: async (scene) => {
    await clear(scene);
    scene.stage.later({ days: 3 });
    await closeIfDecided(scene);
    must(await reopenCase(scene.stage.deps, scene.stage.actors.lou!, { caseId: scene.caseId, reason: "New messages in quiet hours arrived after the case was closed." }), "reopen");
  },
};

async function closeIfDecided(scene: Scene): Promise<void> {
  const { state } = await scene.stage.deps.db.case.findUniqueOrThrow({ where: { id: scene.caseId }, select: { state: true } });
  if (state === "decided") must(await closeCase(scene.stage.deps, scene.stage.actors.lou!, { caseId: scene.caseId, reason: "Nothing is left to do." }), "close");
}

import { DateTime } from "luxon";
import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { localeOf } from "#emails/locale";
import type { GateAction } from "../enforcement/gate-projection";
import { maskLinkTokens } from "../notices/notice";
import { featureNamesIn } from "../platforms/features";
import { platformTerms, type Terms } from "../platforms/terms.queries.server";
import { titleIn } from "../policy/clause-title";
import { type AppealState, isLateAppeal, isLiveAppeal } from "./appeal";
import { earlierOf, successorColumns } from "./appeal.repo.server";
import { barsAppeal, isToldToHolder, toldEnding, type AppealChannel, type NoAppeal } from "./appealable";
import { inadmissibleReasons, type InadmissibleReason } from "./rule-on-appeal.schema";
import { sinceThen, stateTold } from "./statement-print";
import { businessDaysLeft, tellHowComputed, type Language } from "./sla";
import { toldStanding } from "./told-standing";

const utc = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" });

export interface StandingAppeal {
  id: string;
  reference: string;
  state: AppealState;
  live: boolean;
  late: boolean;
  filedAt: string;
  due: { at: string; left: string | null; computed: string[] };
  /** Came by the public form, and nobody with this link has said whose it is. */
  unconfirmed: boolean;
  /** What we asked and wait for; the clock stands still since `pausedAt`, until `endsAt` at the latest. */
  question: { text: string; askedAt: string; pausedAt: string | null; endsAt: string | null; left: string | null } | null;
  ruledAt: string | null;
  grounds: string | null;
  /** Why it could not be heard. */
  inadmissibleReason: InadmissibleReason | null;
  explanation: string;
  /** What the holder added, with the question it answers where it answers one. */
  statements: { text: string; at: string; question: string | null }[];
  files: { name: string; size: number }[];
}

export interface StandingAction {
  id: string;
  reference: string;
  /** The decision's, which our message names; an interim measure has none. */
  decisionReference: string | null;
  kind: "warning" | "feature_restriction" | "suspension" | "termination" | "law_enforcement_referral";
  state: string;
  interim: boolean;
  features: string[];
  startsAt: string | null;
  endsAt: string | null;
  endedAt: string | null;
  /** In the language it was sent in. */
  statement: { subject: string; text: string; language: string } | null;
  /** Whether the statement can be saved as a PDF: of interim measures from before they had one there is a message only. */
  printable: boolean;
  /** What became of the decision since the statement was sent; null while it stands. */
  since: string | null;
  window: { state: "not_open" | "open" | "over"; closesAt: string | null };
  appeals: StandingAppeal[];
  bars: NoAppeal | null;
}

export interface Standing {
  businessName: string;
  language: Language;
  status: "active" | "restricted" | "suspended" | "terminated" | "closed";
  platform: { name: string; zone: string; appealsEmail: string; windowDays: number; slaDays: number };
  features: { name: string; allowed: boolean; until: string | null }[];
  strikes: { clause: string; weight: number; expiresAt: string }[];
  actions: StandingAction[];
  now: string;
}

/**
 * What an account holder may see of their own account: actions, our reasons as they were sent, dates, strikes, what the
 * measures they know of restrict, and their appeals.
 *
 * Selects no report, reporter, signal, evidence of others or member of staff: what is not read cannot be shown (rule of
 * procedure 8). Proposals, referrals and what must not be tipped off are left out (rule 7).
 */
export async function loadStanding(deps: Pick<Deps, "db" | "clock" | "crypto">, accountId: string, asked: Language | null = null): Promise<Standing | null> {
  const now = deps.clock();
  const account = await deps.db.account.findUnique({
    where: { id: accountId },
    select: {
      platformId: true, businessName: true, language: true, status: true,
      platform: { select: { name: true, zone: true, appealsEmail: true } },
      strikes: {
        where: { voidedAt: null, expiresAt: { gt: now.toJSDate() }, decision: { noTipOff: false } },
        orderBy: { expiresAt: "asc" },
        select: { weight: true, expiresAt: true, clauseId: true, clause: { select: { code: true } }, decision: { select: { findings: { select: { clauseVersion: { select: { clauseId: true, title: true, titleEs: true } } } } } } },
      },
    },
  });
  if (!account) return null;
  const terms = await platformTerms(deps.db, account.platformId);
  const language = asked ?? localeOf(account.language);
  const names = new Map(Object.entries(featureNamesIn(terms.features, language)));
  const { actions, measures } = await loadActions(deps, accountId, { terms, names, language, now });
  const { status, features } = toldStanding({ closed: account.status === "closed", told: measures, features: terms.features }, now);
  return {
    businessName: account.businessName,
    language,
    status,
    platform: { ...account.platform, windowDays: terms.appealWindowDays, slaDays: terms.appealSlaBusinessDays },
    features: features.map(({ code, allowed, until }) => ({ name: names.get(code) ?? code, allowed, until: until?.toISO() ?? null })),
    strikes: account.strikes.map(({ weight, expiresAt, clauseId, clause, decision }) => {
      const cited = decision.findings.find(({ clauseVersion }) => clauseVersion.clauseId === clauseId)?.clauseVersion;
      return { weight, expiresAt: expiresAt.toISOString(), clause: [clause.code, cited && titleIn(cited, language)].filter(Boolean).join(" – ") };
    }),
    actions,
    now: now.toISO(),
  };
}

const printed = { subject: true, text: true, language: true } as const;

type Frame = { terms: Terms; names: ReadonlyMap<string, string>; language: Language; now: DateTime };

/** The actions the holder was told of, as shown and as a gate would count them. What they were not told of is not even read. */
async function loadActions(deps: Pick<Deps, "db" | "crypto">, accountId: string, frame: Frame): Promise<{ actions: StandingAction[]; measures: GateAction[] }> {
  const successors = new Map((await deps.db.action.findMany({ where: { accountId, predecessors: { some: {} } }, select: { id: true, ...successorColumns, reference: true, endsAt: true } })).map(({ id, ...successor }) => [id, successor]));
  const rows = await deps.db.action.findMany({
    where: { accountId, noTipOff: false },
    orderBy: { createdAt: "desc" },
    select: {
      id: true, reference: true, kind: true, state: true, interim: true, features: true, noTipOff: true,
      startsAt: true, endsAt: true, endedAt: true, appealClosesAt: true,
      supersededById: true,
      statements: { orderBy: { id: "desc" }, take: 1, select: printed },
      decision: { select: { reference: true, state: true, statements: { where: { actionId: null }, select: printed } } },
      appeals: {
        orderBy: { filedAt: "desc" },
        select: {
          id: true, reference: true, state: true, channel: true, late: true, filedAt: true, dueAt: true, ruledAt: true, grounds: true, inadmissibleReason: true, explanation: true, confirmedAt: true, pausedDays: true,
          questions: { orderBy: { askedAt: "asc" }, select: { id: true, text: true, askedAt: true, pausedAt: true, pauseEndsAt: true, endedAt: true } },
          statements: { orderBy: { createdAt: "asc" }, select: { text: true, createdAt: true, questionId: true } },
          files: { where: { deletedAt: null }, orderBy: { id: "asc" }, select: { fileName: true, size: true } },
        },
      },
    },
  });
  const told = rows.filter((row) => isToldToHolder(row)).map(({ supersededById, ...row }) => {
    const successor = successors.get(supersededById ?? "") ?? null;
    return { ...row, successor, ...toldEnding({ ...row, successor }, frame.now.toJSDate()) };
  });
  const interim = await interimTexts(deps, told.filter((row) => row.interim && row.statements.length === 0).map(({ id }) => id));
  const measures = told.map(({ id, kind, interim: is, features, state, startsAt, endsAt }) => ({ id, kind, interim: is, features, state, startsAt: startsAt && utc(startsAt), endsAt: endsAt && utc(endsAt) }));
  const actions = told.map(({ noTipOff, appealClosesAt, decision, statements: [own], successor, features, appeals, startsAt, endsAt, endedAt, ...row }): StandingAction => {
    const closes = appealClosesAt && utc(appealClosesAt);
    const statement = own ?? decision?.statements[0] ?? null;
    return {
      ...row,
      features: features.map((code) => frame.names.get(code) ?? code),
      startsAt: startsAt?.toISOString() ?? null,
      endsAt: endsAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
      decisionReference: decision?.reference ?? null,
      printable: statement !== null,
      since: decision && sinceThen({
        decisionState: stateTold(decision.state, row.state, successor !== null && !successor.noTipOff),
        undoneAt: endedAt?.toISOString() ?? null,
        successor: successor && { ...successor, endsAt: successor.endsAt?.toISOString() ?? null },
        language: frame.language,
        zone: frame.terms.zone,
      }),
      statement: statement ?? interim.get(row.id) ?? null,
      window: { state: !closes ? "not_open" : isLateAppeal(frame.now, closes) ? "over" : "open", closesAt: closes?.toISO() ?? null },
      appeals: appeals.map((appeal) => appealOf(appeal, frame)),
      bars: barsAppeal({ ...row, noTipOff }, appeals.map(earlierOf), "link"),
    };
  });
  return { actions, measures };
}

/** An interim measure from before it had a statement of its own: what its holder was sent is the notice. */
async function interimTexts(deps: Pick<Deps, "db" | "crypto">, actionIds: string[]): Promise<Map<string, NonNullable<StandingAction["statement"]>>> {
  if (actionIds.length === 0) return new Map();
  const notices = await deps.db.notice.findMany({
    where: { actionId: { in: actionIds }, kind: "interim_measure" },
    orderBy: { createdAt: "asc" },
    select: { actionId: true, subject: true, language: true, textSealed: true },
  });
  return new Map(notices.map(({ actionId, subject, language, textSealed }) => [actionId!, { subject, language, text: maskLinkTokens(deps.crypto.open(textSealed, "notice.text")) }]));
}

interface AppealRow {
  id: string;
  reference: string;
  state: AppealState;
  channel: AppealChannel;
  late: boolean;
  filedAt: Date;
  confirmedAt: Date | null;
  dueAt: Date;
  pausedDays: number;
  ruledAt: Date | null;
  grounds: string | null;
  inadmissibleReason: string | null;
  explanation: string;
  questions: { id: string; text: string; askedAt: Date; pausedAt: Date | null; pauseEndsAt: Date | null; endedAt: Date | null }[];
  statements: { text: string; createdAt: Date; questionId: string | null }[];
  files: { fileName: string; size: number }[];
}

function appealOf({ filedAt, dueAt, ruledAt, statements, files, questions, channel, confirmedAt, pausedDays, ...row }: AppealRow, { terms, language, now }: Frame): StandingAppeal {
  const due = utc(dueAt);
  const asked = questions.find(({ endedAt }) => endedAt === null) ?? null;
  const textOf = new Map(questions.map(({ id, text }) => [id, text]));
  const sla = { slaDays: terms.appealSlaBusinessDays, calendar: terms.calendar };
  return {
    ...row,
    live: isLiveAppeal(row.state),
    filedAt: filedAt.toISOString(),
    ruledAt: ruledAt?.toISOString() ?? null,
    inadmissibleReason: inadmissibleReasons.find((reason) => reason === row.inadmissibleReason) ?? null,
    due: {
      at: dueAt.toISOString(),
      left: businessDaysLeft(now, due, terms.calendar, language),
      computed: tellHowComputed({ filedAt: utc(filedAt), dueAt: due, pausedDays }, sla, language),
    },
    unconfirmed: channel === "form" && confirmedAt === null,
    question: asked && {
      text: asked.text,
      askedAt: asked.askedAt.toISOString(),
      pausedAt: asked.pausedAt?.toISOString() ?? null,
      endsAt: asked.pauseEndsAt?.toISOString() ?? null,
      left: asked.pausedAt && businessDaysLeft(utc(asked.pausedAt), due, terms.calendar, language),
    },
    statements: statements.map(({ text, createdAt, questionId }) => ({ text, at: createdAt.toISOString(), question: textOf.get(questionId ?? "") ?? null })),
    files: files.map(({ fileName, size }) => ({ name: fileName, size })),
  };
}

/** Whose language a page is in when its forms are parsed. */
export async function languageOfAccount(db: Db, accountId: string): Promise<Language> {
  const account = await db.account.findUnique({ where: { id: accountId }, select: { language: true } });
  return localeOf(account?.language);
}

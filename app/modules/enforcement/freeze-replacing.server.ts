import { DateTime } from "luxon";
import { z } from "zod";
import type { ReplacingStatement } from "#emails/replacing-statement";
import type { Prisma, Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { maskedLink } from "../access/private-link.server";
import { appealClosesAt } from "../appeals/appeal";
import type { ContentOf } from "../notices/audience";
import type { LeakGuard } from "../notices/leak-guard";
import { previewNotice } from "../notices/preview-notice.server";
import type { LockedAccount } from "../platforms/account.server";
import type { Terms } from "../platforms/terms.queries.server";
import { titleIn } from "../policy/clause-title";
import { deriveStatement } from "../transparency/derive-statement";
import { withoutName } from "../transparency/public-facts";
import type { Action } from "./action.repo.server";
import { insertStatement, noticesOfCase } from "./decision.repo.server";
import { publicationOf } from "./freeze-statement.server";

type Told = ContentOf<"action_changed"> | ContentOf<"appeal_ruling">;

export interface Replacing {
  account: LockedAccount;
  terms: Terms;
  /** The measure whose place is taken, and the one that takes it. */
  before: { id: string };
  action: Action;
  /** Why, as it was written for the account holder. */
  why: string;
  at: DateTime<true>;
  /** Whether the statement itself says how to object: the message about a change says it anyway. */
  saysHowToObject: boolean;
  guard: LeakGuard;
}

const utc = (date: Date) => DateTime.fromJSDate(date, { zone: "utc" }) as DateTime<true>;

/**
 * Freezes the statement of reasons of a measure that takes another's place (DSA 17): a restriction of its own, with its own
 * name in the EU's transparency database, which takes no changes to a statement it has. The one it replaces stays as it was
 * issued; where a ruling put the milder measure in place, the decision's earlier statements are noted as undone.
 *
 * @param content the message that tells of the measure; what is frozen is that message, with the link left out
 * @returns the reasons, to be sent in that message; null for an interim measure, which rests on no decision yet
 */
export async function freezeReplacing(tx: Tx, deps: Deps, replacing: Replacing, content: (statement: ReplacingStatement, standingUrl: string) => Told): Promise<ReplacingStatement | null> {
  const { account, action, at, guard, before } = replacing;
  if (!action.decisionId || !action.startsAt) return null;
  const decision = await decided(tx, action.decisionId);
  const previous = await tx.statementOfReasons.findFirst({
    where: { decisionId: action.decisionId, OR: [{ actionId: before.id }, { actionId: null }] },
    orderBy: { id: "desc" },
    select: { id: true, subject: true, text: true, content: true, issuedAt: true },
  });
  if (!previous) return null;
  const statement = reasons(replacing, decision, previous);
  const render = async (told: ReplacingStatement) => {
    const draft = { at, platformId: account.platformId, to: "", language: account.language, about: {}, dedupeKey: "", guard, content: content(told, maskedLink(deps, "account_standing")) };
    return { ...(await previewNotice(tx, deps, draft)), props: draft.content.props };
  };
  const rendered = await render(statement);
  const own = await render({ ...statement, earlier: null });
  const id = newId();
  const dsa = deriveStatement({ ...(await facts(tx, deps, replacing, decision)), puid: id });
  await insertStatement(tx, {
    id,
    decisionId: action.decisionId,
    actionId: action.id,
    replacesId: previous.id,
    language: rendered.language,
    content: { ...(JSON.parse(JSON.stringify(rendered.props)) as Prisma.InputJsonObject), ownText: own.text },
    subject: rendered.subject,
    text: rendered.text,
    html: rendered.html,
    issuedAt: at,
    dsa,
    publication: await publicationOf(tx, deps, { platformId: account.platformId, exported: replacing.terms.transparencyExports, accountId: account.id, caseId: action.caseId, references: [decision.case.reference, decision.reference], action, dsa }),
  });
  return statement;
}

type Decided = Awaited<ReturnType<typeof decided>>;

const saidFirst = z.object({ detectedBy: z.enum(["people", "machine", "both"]) });

/** As the decision's first statement says: what its case counts has changed where a signal was taken back since. */
function detectedBy(first: { content: Prisma.JsonValue } | undefined, { reportCount, signalCount }: { reportCount: number; signalCount: number }): ReplacingStatement["detectedBy"] {
  const said = saidFirst.safeParse(first?.content);
  return said.success ? said.data.detectedBy : signalCount === 0 ? "people" : reportCount === 0 ? "machine" : "both";
}

async function decided(tx: Tx, id: string) {
  const { findings, strikes, statements, case: found, ...decision } = await tx.decision.findUniqueOrThrow({
    where: { id },
    select: {
      reference: true,
      facts: true,
      case: { select: { reference: true, reportCount: true, signalCount: true } },
      strikes: { select: { clauseId: true } },
      statements: { orderBy: { id: "asc" }, take: 1, select: { content: true } },
      findings: {
        orderBy: { id: "asc" },
        select: { conductAt: true, clauseVersion: { select: { title: true, titleEs: true, body: true, clauseId: true, clause: { select: { code: true, area: true } }, policyVersion: { select: { number: true, policy: { select: { code: true, title: true, titleEs: true } } } } } } },
      },
    },
  });
  const struck = strikes.map(({ clauseId }) => clauseId);
  const leadingFirst = [...findings].sort((a, b) => Number(struck.includes(b.clauseVersion.clauseId)) - Number(struck.includes(a.clauseVersion.clauseId)));
  return { ...decision, case: { reference: found.reference }, detectedBy: detectedBy(statements[0], found), findings: leadingFirst };
}

function reasons({ account, terms, at, saysHowToObject }: Replacing, decision: Decided, previous: { subject: string; text: string; content: Prisma.JsonValue; issuedAt: Date }): ReplacingStatement {
  const closesAt = appealClosesAt({ informedAt: at }, { zone: terms.zone, windowDays: terms.appealWindowDays });
  const { ownText } = previous.content as { ownText?: string };
  return {
    reference: decision.reference,
    detectedBy: decision.detectedBy,
    findings: decision.findings.map(({ clauseVersion: { title, titleEs, clause, policyVersion } }) => ({
      clauseCode: clause.code,
      clauseTitle: titleIn({ title, titleEs }, account.language),
      policyTitle: titleIn(policyVersion.policy, account.language),
      versionLabel: String(policyVersion.number),
    })),
    factsSent: decision.facts,
    appeal: saysHowToObject && closesAt ? { windowDays: terms.appealWindowDays, openAtLeastUntil: closesAt.toJSDate() } : null,
    // A statement that took another's place holds that one too: only its own words are passed on.
    earlier: { subject: previous.subject, sentAt: previous.issuedAt, text: ownText ?? previous.text },
  };
}

async function facts(tx: Tx, { config }: Deps, { account, terms, action, why }: Replacing, decision: Decided) {
  const findings = decision.findings.map(({ conductAt, clauseVersion: { title, body, clause, policyVersion } }) => ({ ...clause, title, body, policyTitle: policyVersion.policy.title, versionNumber: policyVersion.number, conductAt: utc(conductAt) }));
  const [leading, ...others] = findings;
  if (!leading || !action.startsAt || action.kind === "law_enforcement_referral") throw new Error("the measure rests on no finding");
  const { ended } = await endedBefore(tx, action.id);
  return {
    measure: { kind: action.kind },
    startsAt: utc(action.startsAt.toJSDate()),
    endsAt: ended ? utc(ended) : action.endsAt && utc(action.endsAt.toJSDate()),
    findings: [leading, ...others] as const,
    facts: withoutName([decision.facts, why].filter(Boolean).join("\n\n"), account.businessName),
    ...(await noticesOfCase(tx, action.caseId)),
    machineDetected: decision.detectedBy !== "people",
    decidedBy: "person" as const,
    zone: terms.zone,
    territory: terms.transparencyTerritory,
    policyUrl: `${config.publicUrl}/policies/${terms.key}/${decision.findings[0]!.clauseVersion.policyVersion.policy.code}`,
  };
}

/** A measure that a ruling put in place on the record had ended as the one before it did, sooner than by its own time. */
export async function endedBefore(tx: Tx, actionId: string): Promise<{ ended: Date | null }> {
  const { endedAt, endsAt } = await tx.action.findUniqueOrThrow({ where: { id: actionId }, select: { endedAt: true, endsAt: true } });
  return { ended: endedAt && (!endsAt || endedAt < endsAt) ? endedAt : null };
}

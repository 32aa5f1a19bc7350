import { DateTime } from "luxon";
import { z } from "zod";
import { civilDayOf, startOfCivilDay } from "~/infra/civil-day";
import type { Tx } from "~/infra/db.server";
import { refuse, type Result } from "~/infra/result";
import { claimCase } from "../cases/claim-case.server";
import { openCase } from "../cases/open-case.server";
import { decideCaseSchema, type DecideCaseInput } from "../enforcement/decide-case.schema";
import { decideCase } from "../enforcement/decide-case.server";
import { featureNamesOf } from "../enforcement/decision-plan";
import { measureInWords, measureSchema } from "../enforcement/measure";
import { previewDecision } from "../enforcement/preview-decision.server";
import { platformTerms } from "../platforms/terms.queries.server";
import { clauseInForce } from "../policy/clause-in-force.server";
import type { Severity } from "../policy/severity";
import type { BulkInputOf } from "./bulk-input.schema";
import { fillFacts } from "./fill-facts";
import type { AtWork, ItemAnswer } from "./perform-item.server";

const decided = z.object({ chosenRung: z.number().int(), recommendation: z.object({ measure: measureSchema }), actions: z.array(z.object({ id: z.string() })) });

/** The case an item is about, claimed by whoever the bulk action is done for: of an account the open one in an area, or a new one. */
export async function claimedCase(work: AtWork, of: { area: string; severity: Severity } | null): Promise<Result<{ caseId: string; version: number }, string>> {
  const { tx, deps, author, item, account, at } = work;
  let { caseId } = item;
  if (!caseId || work.bulk.subject === "account") {
    if (!of) return refuse("no_ground");
    const opened = await openCase(tx, author, { platformId: account.platformId, accountId: account.id, ...of, at });
    if (!opened.ok) return opened;
    caseId = opened.caseId;
  }
  const claimed = await claimCase(deps, author, { caseId });
  return claimed.ok ? { ok: true, caseId, version: claimed.case.version } : claimed;
}

/** No violation: the case closes, its reporters are told. */
export async function dismissItem(work: AtWork, { finding, rationale }: BulkInputOf<"no_violation">): ItemAnswer {
  const claimed = await claimedCase(work, null);
  if (!claimed.ok) return claimed;
  const evidence = await evidenceOf(work.tx, claimed.caseId);
  const input = { outcome: "no_violation", ...formOf(work, claimed, evidence), finding, rationale };
  return decideBy(work, input, async (decisionId) => ({
    outcome: finding === "no_violation" ? "No violation" : "Not enough evidence",
    rung: null,
    result: { finding },
    decisionId,
  }));
}

/** A breach of the clause, with the measure the ladder recommends for this account. */
export async function decideItem(work: AtWork, { clauseId, conductOn, facts, rationale }: BulkInputOf<"decide">): ItemAnswer {
  const { tx, account, at } = work;
  const clause = await clauseInForce(tx, { platformId: account.platformId, clauseId, at });
  if (!clause) return refuse("clause_not_in_force");
  const claimed = await claimedCase(work, { area: clause.area, severity: clause.severity });
  if (!claimed.ok) return claimed;
  const evidence = await evidenceOf(tx, claimed.caseId);
  const terms = await platformTerms(tx, account.platformId);
  const day = conductOn ?? conductDay(evidence, clauseId, at, terms.zone);
  const told = startOfCivilDay(day, terms.zone).setZone(terms.zone).setLocale(account.language === "es" ? "es" : "en-US").toLocaleString(DateTime.DATE_FULL);
  const input = {
    outcome: "violation",
    ...formOf(work, claimed, evidence),
    findings: [{ clauseId, conductOn: day }],
    rationale,
    facts: fillFacts(facts, { business: account.businessName, day: told, reports: String(evidence.filter(({ ref }) => ref.startsWith("report:")).length) }),
  };
  return decideBy(work, input, async (decisionId) => {
    const made = decided.parse(await tx.decision.findUniqueOrThrow({ where: { id: decisionId }, select: { chosenRung: true, recommendation: true, actions: { select: { id: true } } } }));
    const words = measureInWords(made.recommendation.measure, featureNamesOf(terms));
    return { outcome: words.replace(/^./, (first) => first.toUpperCase()), rung: made.chosenRung, decisionId, result: { actionIds: made.actions.map(({ id }) => id) } };
  });
}

/** Sent to {@link decideCase} as a person's form would be. The key is the item's, so that it is never decided twice. */
const formOf = ({ item }: AtWork, { caseId, version }: { caseId: string; version: number }, evidence: readonly Evidence[]) => ({
  caseId,
  version,
  idempotencyKey: `bulk:${item.id}`,
  evidence: evidence.map(({ ref }) => ref),
});

async function decideBy(
  work: AtWork,
  form: object,
  said: (decisionId: string) => Promise<{ outcome: string; rung: number | null; decisionId: string; result: object }>,
): ItemAnswer {
  const parsed = decideCaseSchema.safeParse(form);
  if (!parsed.success) return refuse("invalid");
  const input: DecideCaseInput = parsed.data;
  if (work.show) {
    const previewed = await previewDecision(work.deps, work.author, input);
    if (previewed.ok) work.show([...previewed.preview.toAccountHolder, ...previewed.preview.toReporters]);
  }
  const done = await decideCase(work.deps, work.author, input);
  if (!done.ok) return done;
  return { ok: true, ...(await said(done.decisionId)), needsApproval: done.state === "awaiting_approval", caseId: input.caseId };
}

type Evidence = { ref: string; clauseId: string | null; at: Date };

/** Everything that is attached to the case, as the decision form ticks it from the start. */
async function evidenceOf(tx: Tx, caseId: string): Promise<Evidence[]> {
  const reports = await tx.report.findMany({ where: { caseId, state: "attached" }, orderBy: [{ receivedAt: "asc" }, { id: "asc" }], take: 100, select: { id: true, clauseId: true, happenedAt: true, receivedAt: true } });
  const signals = await tx.signal.findMany({ where: { caseId }, orderBy: { createdAt: "asc" }, take: 100, select: { id: true, clauseId: true, windowEnd: true } });
  return [
    ...reports.map(({ id, clauseId, happenedAt, receivedAt }) => ({ ref: `report:${id}`, clauseId, at: happenedAt ?? receivedAt })),
    ...signals.map(({ id, clauseId, windowEnd }) => ({ ref: `signal:${id}`, clauseId, at: windowEnd })),
  ];
}

/** The earliest day on which the clause was said to be breached; else the earliest of any evidence; else today. */
function conductDay(evidence: readonly Evidence[], clauseId: string, now: DateTime<true>, zone: string): string {
  const naming = evidence.filter((one) => one.clauseId === clauseId);
  const [earliest] = (naming.length > 0 ? naming : evidence).toSorted((a, b) => +a.at - +b.at);
  return civilDayOf(earliest ? DateTime.fromJSDate(earliest.at, { zone: "utc" }) : now, zone);
}

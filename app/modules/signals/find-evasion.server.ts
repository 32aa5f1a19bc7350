import { DateTime } from "luxon";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import type { Actor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { barredTwins, evadedClause, laterTwins } from "./evasion.queries.server";
import { evasionTies, newestOf, newTies, type BarredAccount, type Tie } from "./evasion";
import { ruleBookOf } from "./rule-book.repo.server";
import { ruleVersion } from "./rules/default-rules";
import { compileRule, type VersionOf } from "./rules/rule-book";
import { clauseOf } from "./rules/rule-catalogue";
import { pointsOf } from "./signal-points";
import { clauseInForce, insertSignal } from "./signal.repo.server";
import { attachSignals } from "./tail/attach-signals.server";
import { lockAccounts } from "./tail/signals.repo.server";

const rule = "duplicate_account";

type Platform = NonNullable<Awaited<ReturnType<typeof platformOf>>>;

/**
 * Compares an account with the terminated and suspended ones of its platform, and records one signal for each whose
 * action it seems to get around (CF-AUP 3.5). What is told of a barred account itself is compared with the accounts that came
 * after it. Running it again over the same facts records nothing new.
 *
 * @returns how many signals were recorded
 */
export async function findEvasion(deps: Pick<Deps, "db" | "clock">, actor: Actor, accountId: string): Promise<number> {
  let recorded = await compare(deps, actor, accountId);
  for (const later of await laterTwins(deps.db, accountId)) recorded += await compare(deps, actor, later);
  return recorded;
}

async function platformOf({ db }: Pick<Deps, "db">, accountId: string) {
  const account = await db.account.findUnique({ where: { id: accountId }, select: { platform: { select: { id: true, signalThreshold: true, policies: { select: { code: true } } } } } });
  return account?.platform ?? null;
}

async function compare(deps: Pick<Deps, "db" | "clock">, actor: Actor, accountId: string): Promise<number> {
  const twins = (await barredTwins(deps.db, accountId)).filter((barred) => newTies(barred).length > 0);
  const platform = twins.length > 0 ? await platformOf(deps, accountId) : null;
  if (!platform) return 0;
  const versionAt = await rulesOf(deps, platform, accountId);
  let recorded = 0;
  for (const barred of twins) {
    const version = versionAt(newestOf(newTies(barred)));
    const ties = version ? evasionTies(barred, version.parameters) : [];
    const clauseCode = ties.length > 0 ? (ownClause(platform) ?? (await evadedClause(deps.db, barred.action.id))) : null;
    if (version && clauseCode && (await record(deps, actor, { accountId, platform, barred, ties, version, clauseCode }))) recorded += 1;
  }
  return recorded;
}

const ownClause = ({ policies }: Platform): string | null => clauseOf(rule, policies.map(({ code }) => code));

/** By which version an account is judged at an instant; null where the rule is off or leaves it alone. A platform whose policies say nothing about evading has the catalogue's. */
async function rulesOf({ db }: Pick<Deps, "db">, platform: Platform, accountId: string): Promise<(instant: number) => VersionOf<typeof rule> | null> {
  const { book } = await ruleBookOf(db, platform.id);
  const compiled = compileRule(ownClause(platform) ? book : { ...book, versions: [ruleVersion(rule)] }, rule);
  return (instant) => (compiled.exempt(accountId, instant) ? null : compiled.at(instant));
}

interface Evasion {
  accountId: string;
  platform: Platform;
  barred: BarredAccount;
  ties: readonly Tie[];
  version: VersionOf<typeof rule>;
  clauseCode: string;
}

/** @returns whether it is new */
async function record({ db, clock }: Pick<Deps, "db" | "clock">, actor: Actor, { accountId, platform, barred, ties, version, clauseCode }: Evasion): Promise<boolean> {
  const now = clock();
  const [begins, ends] = [barred.action.since.getTime(), Math.max(newestOf(ties), barred.action.since.getTime() + 1)].map((at) => DateTime.fromMillis(at, { zone: "utc" }) as DateTime<true>);
  const score = Math.min(100, 40 + 20 * ties.length);
  return db.$transaction(async (tx) => {
    const clause = (await lockAccounts(tx, [accountId])).has(accountId) ? await clauseInForce(tx, platform.id, clauseCode, ends!) : null;
    if (!clause) return false;
    const id = newId();
    const added = await insertSignal(tx, {
      id,
      platformId: platform.id,
      accountId,
      clauseId: clause.id,
      clauseCode,
      rule,
      ruleVersion: version.version,
      mode: version.mode,
      windowStart: begins!.toISO(),
      windowEnd: ends!.toISO(),
      observed: ties.length,
      threshold: version.parameters.shared,
      score,
      points: pointsOf({ rule, score, ambiguous: false }, clause.severity),
      measures: { shared: ties.length, ...countByKind(ties.map(({ kind }) => kind)) },
      eventIds: [barred.action.reference, barred.accountId],
      createdAt: now,
    });
    if (!added) return false;
    await recordAudit(tx, actor, { type: "signal.recorded", at: now, platformId: platform.id, accountId, caseId: null, signalId: id, rule, ruleVersion: version.version, mode: version.mode, score });
    await attachSignals(tx, actor, platform, [accountId], now);
    return true;
  });
}

function countByKind(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[`shared_${kind}`] = (counts[`shared_${kind}`] ?? 0) + 1;
  return counts;
}

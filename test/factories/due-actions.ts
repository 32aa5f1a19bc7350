import type { Prisma } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { gatedFeatures } from "./platform";

/** Ids that are the same wherever the cast is set up, so that what becomes of it can be compared. */
const id = (kind: number, n: number): string => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, "0")}`;

export const dueActionId = (n: number): string => id(4, n);

/**
 * So many measures of three platforms whose time is over by `now`: interim and decided, restrictions and suspensions, told
 * and hidden, some of accounts with two addresses or none, in Spanish, closed by their holder, or with a second measure that
 * goes on; every tenth shares its account, and every twentieth its case, with the one before it.
 *
 * @param given `begun: false`: measures that have not begun yet and were to by `now`
 */
export async function dueActions(deps: Deps, count: number, given: { begun: boolean }): Promise<string[]> {
  const now = deps.clock();
  const [at, start, end] = [now.toJSDate(), now.minus({ days: 7 }).toJSDate(), now.minus({ minutes: 1 }).toJSDate()];
  const platforms = [1, 2, 3].map((n) => id(1, n));
  for (const [n, platformId] of platforms.entries()) {
    const key = `due-${n}`;
    const address = `abuse@${key}.example`;
    await deps.db.platform.create({
      data: {
        id: platformId, key, name: key, legalName: key, postalAddress: "1 Main Street", abuseEmail: address, appealsEmail: address, supportEmail: address, securityEmail: address,
        zone: "America/Denver", createdAt: at, features: { create: gatedFeatures.map((code, position) => ({ code, name: code, position, includes: code === "messaging" ? ["campaigns"] : [] })) },
      },
    });
  }
  const staffId = id(0, 1);
  await deps.db.staff.create({ data: { id: staffId, email: "due@staff.example", name: "Due", roles: ["analyst"], createdAt: at } });
  const rows = Array.from({ length: count }, (_, n) => {
    const of = n % 10 === 9 ? n - 1 : n;
    return { n, platformId: platforms[of % 3]!, accountId: id(2, of), caseId: id(3, n % 20 === 19 ? of : n), decisionId: n % 3 === 1 ? id(5, n) : null, owns: of === n };
  });
  await deps.db.account.createMany({
    data: rows.filter(({ owns }) => owns).map(({ n, platformId, accountId }) => ({
      id: accountId, platformId, externalId: `due-${n}`, businessName: `Ridge Supply ${n}`, language: n % 4 ? "en" : "es", status: n % 17 === 3 ? ("closed" as const) : ("suspended" as const), createdAt: start, updatedAt: start,
    })),
  });
  for (const { n, accountId } of rows.filter(({ n, owns }) => owns && n % 5 > 1)) {
    for (const box of n % 5 === 4 ? ["owner", "billing"] : ["owner"]) await addContact(deps.db, deps.crypto, { accountId, kind: "email", value: `${box}-${n}@ridge.example`, createdAt: start });
  }
  await deps.db.case.createMany({
    data: rows.filter(({ n }) => n % 20 !== 19).map(({ n, platformId, accountId, caseId }) => ({
      id: caseId, reference: `C-DUE-${n}`, platformId, accountId, area: `area-${n}`, state: n % 3 === 1 ? ("decided" as const) : ("investigating" as const), severity: "medium" as const, priority: 0, openedAt: start, updatedAt: start,
    })),
  });
  await deps.db.decision.createMany({
    data: rows.flatMap(({ n, platformId, accountId, caseId, decisionId }) =>
      decisionId ? [{ id: decisionId, reference: `D-DUE-${n}`, caseId, platformId, accountId, outcome: "violation" as const, state: "in_effect" as const, deciderId: staffId, caseVersion: 1, rationale: "", decidedAt: start, effectiveAt: start }] : [],
    ),
  });
  const measure = (n: number) => (n % 2 ? { kind: "suspension" as const, features: [] } : { kind: "feature_restriction" as const, features: [gatedFeatures[n % 3]!] });
  const common = { state: "active" as const, proposerId: staffId, createdAt: start };
  const span = given.begun ? { startsAt: start, begunAt: start, endsAt: end } : { startsAt: end, begunAt: null, endsAt: now.plus({ days: 3 }).toJSDate() };
  const due = rows.map(({ n, accountId, caseId, decisionId }) => ({ ...common, ...measure(n), ...span, id: dueActionId(n), reference: `A-DUE-${n}`, decisionId, caseId, accountId, interim: decisionId === null, noTipOff: decisionId !== null && n % 4 === 1 }));
  await takeEffect(deps, due, start);
  // Somebody has proposed that some interim measures last longer: what ends has nothing left to extend.
  await deps.db.interimExtension.createMany({
    data: rows.filter(({ n, decisionId }) => given.begun && decisionId === null && n % 8 === 0).map(({ n }) => ({
      id: id(7, n), actionId: dueActionId(n), state: "awaiting_approval" as const, days: 3, reason: "The bank's answer is still out.", proposerId: staffId, requestedAt: start, expiresAt: now.plus({ days: 1 }).toJSDate(),
    })),
  });
  const lasting = rows.filter(({ n, owns }) => owns && n % 6 === 2).map(({ n, accountId, caseId }) => ({
    ...common, ...measure(n + 1), id: id(6, n), reference: `A-LAST-${n}`, decisionId: null, caseId, accountId, interim: true, startsAt: start, begunAt: start, endsAt: now.plus({ days: 1 }).toJSDate(),
  }));
  await takeEffect(deps, lasting, start);
  await deps.db.gateEntry.createMany({
    data: rows.filter(({ owns }) => owns).map(({ n, accountId }) => ({ accountId, feature: "messaging", verdict: "deny" as const, reasonCode: "under_investigation", startsAt: start, until: end, actionId: dueActionId(n), updatedAt: start })),
  });
  return rows.map(({ n }) => dueActionId(n));
}

/** Interim measures take effect with their statements of reasons (trigger), as the command issues them. */
async function takeEffect(deps: Deps, actions: readonly Prisma.ActionCreateManyInput[], issuedAt: Date): Promise<void> {
  const interim = actions.filter((action) => action.interim);
  await deps.db.$transaction([
    deps.db.action.createMany({ data: [...actions] }),
    deps.db.statementOfReasons.createMany({ data: interim.map(({ id: actionId }) => ({ id: newId(), actionId, language: "en", content: {}, subject: "…", text: "…", html: "…", issuedAt })) }),
  ]);
}

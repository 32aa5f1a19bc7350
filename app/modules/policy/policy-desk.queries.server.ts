import type { Db } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { may, type StaffActor } from "../access/actor";
import { earliestDayFor, usualPace } from "../notices/campaign/earliest-day.server";
import { civilDayOf, addCivilDays } from "~/infra/civil-day";
import { clauseChanges } from "./policy-changes";
import type { PolicyContent } from "./policy-content";
import { policyVersionStates, type PolicyVersionState } from "./policy-version-state";
import { policiesByPlatform } from "./policy.queries.server";
import { contentOf } from "./policy-version.repo.server";
import { shorterNotices } from "./shorter-notice.queries.server";
import { readinessProblems, shortestSummary, translationGaps } from "./version-readiness";

const namesOf = async (db: Db, ids: readonly (string | null)[]): Promise<Map<string, string>> =>
  new Map((await db.staff.findMany({ where: { id: { in: ids.filter((id) => id !== null) } }, select: { id: true, name: true } })).map(({ id, name }) => [id, name]));

/** Every policy with its version in force and the one under way. */
export async function policyDesk(db: Db) {
  const platforms = await policiesByPlatform(db, policyVersionStates);
  const names = await namesOf(db, platforms.flatMap(({ policies }) => policies.flatMap(({ versions }) => versions.map(({ editedById }) => editedById))));
  return platforms.map(({ policies, ...platform }) => ({
    ...platform,
    policies: policies.map(({ versions, id, code, title }) => {
      const told = versions.filter(({ discardedAt }) => discardedAt === null).map(({ id, number, material, editedById, editedAt, effectiveFrom, state }) => ({ id, number, material, state: state as PolicyVersionState, effectiveFrom: effectiveFrom?.toISOString() ?? null, editedAt: editedAt?.toISOString() ?? null, editedBy: editedById ? (names.get(editedById) ?? null) : null }));
      return { id, code, title, inForce: told.find(({ state }) => state === "in_force") ?? null, underWay: told.find(({ state }) => ["draft", "in_review", "scheduled"].includes(state)) ?? null, earlier: told.filter(({ state }) => state === "superseded") };
    }),
  }));
}
export type PolicyDesk = Awaited<ReturnType<typeof policyDesk>>;

/** One version with the one it came from, and what this person may do to it. */
export async function versionPage(deps: Deps, actor: StaffActor, id: string) {
  const { db } = deps;
  const version = await db.policyVersion.findUnique({
    where: { id },
    include: { policy: { include: { platform: true } }, editors: { orderBy: { firstAt: "asc" } }, postings: { orderBy: { postedAt: "desc" } }, campaigns: { where: { state: { not: "stopped" } }, select: { id: true, state: true } } },
  });
  if (!version) return null;
  const { policy } = version;
  const { platform } = policy;
  const beforeId = version.basedOnId ?? (await db.policyVersion.findFirst({ where: { policyId: policy.id, number: { lt: version.number } }, orderBy: { number: "desc" }, select: { id: true } }))?.id ?? null;
  const [content, before] = [await contentOf(db, id), beforeId ? await contentOf(db, beforeId) : null];
  const rows = await db.clauseVersion.findMany({ where: { policyVersionId: id }, select: { clauseId: true, clause: { select: { code: true } } } });
  const gone = before ? await db.clauseVersion.findMany({ where: { policyVersionId: beforeId!, clauseId: { notIn: rows.map(({ clauseId }) => clauseId) } }, orderBy: { position: "asc" }, select: { clauseId: true, title: true, clause: { select: { code: true } } } }) : [];
  const names = await namesOf(db, [...version.editors.map(({ staffId }) => staffId), version.proposedById, version.publishedById]);
  const nameOf = (staffId: string | null) => (staffId ? (names.get(staffId) ?? "somebody") : null);
  const now = deps.clock();
  const state = version.state as PolicyVersionState;
  const open = (state === "draft" || state === "in_review") && version.discardedAt === null;
  const own = version.proposedById === actor.id || version.editors.some(({ staffId }) => staffId === actor.id);
  return {
    id,
    number: version.number,
    state,
    revision: version.revision,
    detailsRevision: version.detailsRevision,
    contentHash: version.contentHash,
    reviewNote: version.reviewNote,
    discardedAt: version.discardedAt?.toISOString() ?? null,
    effectiveFrom: version.effectiveFrom?.toISOString() ?? null,
    effectiveTo: version.effectiveTo?.toISOString() ?? null,
    submittedAt: version.submittedAt?.toISOString() ?? null,
    publishedAt: version.publishedAt?.toISOString() ?? null,
    proposedBy: nameOf(version.proposedById),
    publishedBy: nameOf(version.publishedById),
    editors: version.editors.map(({ staffId, lastAt }) => ({ name: nameOf(staffId)!, lastAt: lastAt.toISOString() })),
    policy: { id: policy.id, code: policy.code, title: policy.title },
    platform: { key: platform.key, name: platform.name, zone: platform.zone, leadDays: platform.policyNoticeLeadDays },
    content,
    beforeNumber: before?.number ?? null,
    changes: clauseChanges(before?.clauses ?? [], content.clauses),
    clauseIds: Object.fromEntries(rows.map(({ clauseId, clause }) => [clause.code, clauseId])),
    gone: gone.map(({ clauseId, title, clause }) => ({ clauseId, title, code: clause.code })),
    problems: open ? readinessProblems(before, content) : [],
    gaps: open ? translationGaps(before, content) : [],
    postings: version.postings.map((one) => ({ number: one.number, postedAt: one.postedAt.toISOString(), effectiveOn: one.effectiveOn.toISOString().slice(0, 10), endedAt: one.endedAt?.toISOString() ?? null, endedHow: one.endedHow, endedNote: one.endedNote })),
    campaign: version.campaigns[0] ?? null,
    mayEdit: open && may(actor, "policy:edit"),
    mayPublish: may(actor, "policy:publish") && !own,
    own,
    mayCancel: state === "scheduled" && may(actor, "policy:publish"),
    earliest: state === "in_review" ? await earliest(deps, platform, version.material) : null,
    shorter: await shorterNotices(db, id),
    mayAskShorter: state === "in_review" && version.material && may(actor, "policy:shorten"),
    mayAnswerShorter: state === "in_review" && (may(actor, "policy:publish") || may(actor, "policy:shorten")),
    mayTest: open && version.material && content.summary.length >= shortestSummary && (may(actor, "policy:edit") || may(actor, "policy:publish")),
    me: actor.id,
    now: now.toISO()!,
  };
}
export type VersionPage = NonNullable<Awaited<ReturnType<typeof versionPage>>>;

/** The first day the version can have, with how it comes about. */
async function earliest(deps: Deps, platform: { id: string; zone: string }, material: boolean) {
  const now = deps.clock();
  if (!material) return { day: addCivilDays(civilDayOf(now, platform.zone), 1), sending: null };
  const pace = await usualPace(deps.db, platform.id);
  const { earliest: day, sendingSeconds: seconds, lastNoticeAt, ...reckoned } = await earliestDayFor(deps.db, { platformId: platform.id, pace, now });
  return { day, sending: { ...reckoned, seconds, lastNoticeAt: lastNoticeAt.toISO()!, pace } };
}

/** A clause of a version in its form: as it is, as it is in force, and where it can stand. */
export async function clausePage(deps: Deps, actor: StaffActor, versionId: string, clauseId: string | null) {
  const version = await deps.db.policyVersion.findUnique({ where: { id: versionId }, include: { policy: { include: { platform: true } } } });
  if (!version) return null;
  const [content, before] = [await contentOf(deps.db, versionId), version.basedOnId ? await contentOf(deps.db, version.basedOnId) : null];
  const rows = await deps.db.clauseVersion.findMany({ where: { policyVersionId: versionId }, orderBy: [{ position: "asc" }, { id: "asc" }], select: { clauseId: true, revision: true, editedAt: true, editedById: true, clause: { select: { code: true } } } });
  const at = clauseId === null ? -1 : rows.findIndex((row) => row.clauseId === clauseId);
  if (clauseId !== null && at < 0) return null;
  const code = rows[at]?.clause.code;
  const editor = rows[at]?.editedById ?? null;
  const state = version.state as PolicyVersionState;
  return {
    version: { id: versionId, number: version.number, state },
    policy: { code: version.policy.code, title: version.policy.title, platformName: version.policy.platform.name },
    zone: version.policy.platform.zone,
    clause: at < 0 ? null : { text: content.clauses[at]!, revision: rows[at]!.revision, stoodAfter: rows[at - 1]?.clauseId ?? "", editedAt: rows[at]!.editedAt?.toISOString() ?? null, editedBy: editor ? ((await namesOf(deps.db, [editor])).get(editor) ?? null) : null },
    inForce: before?.clauses.find((one) => one.code === code) ?? null,
    beforeNumber: before?.number ?? null,
    places: rows.filter((row) => row.clauseId !== clauseId).map((row) => ({ clauseId: row.clauseId, code: row.clause.code, title: content.clauses.find((one) => one.code === row.clause.code)!.title })),
    next: at >= 0 && at + 1 < rows.length ? rows[at + 1]!.clauseId : null,
    previous: at > 0 ? rows[at - 1]!.clauseId : null,
    takenCodes: (await deps.db.clause.findMany({ where: { policyId: version.policyId }, select: { code: true } })).map((one) => one.code),
    mayEdit: (state === "draft" || state === "in_review") && version.discardedAt === null && may(actor, "policy:edit"),
    now: deps.clock().toISO()!,
  };
}
export type ClausePage = NonNullable<Awaited<ReturnType<typeof clausePage>>>;
export type { PolicyContent };

import { createHash } from "node:crypto";
import type { DateTime } from "luxon";
import { type Tx, Prisma } from "~/infra/db.server";
import type { StaffActor } from "../access/actor";
import { recordAudit } from "../audit/record-audit.server";
import { canonicalContent, type ClauseText, type PolicyContent } from "./policy-content";
import { policyVersionMachine, type PolicyVersionState } from "./policy-version-state";

export interface LockedVersion {
  id: string;
  policyId: string;
  policyCode: string;
  platformId: string;
  platformKey: string;
  zone: string;
  number: number;
  state: PolicyVersionState;
  material: boolean;
  basedOnId: string | null;
  revision: number;
  contentHash: string | null;
  proposedById: string | null;
  effectiveFrom: Date | null;
  /** Given up: a draft with no text. */
  discarded: boolean;
}

/** The version, held until the transaction ends: whoever writes on it, hands it in or publishes it waits here. */
export async function lockVersion(tx: Tx, id: string): Promise<LockedVersion | null> {
  const [version] = await tx.$queryRaw<LockedVersion[]>`
    SELECT v.id, v.policy_id AS "policyId", y.code AS "policyCode", p.id AS "platformId", p.key AS "platformKey", p.zone, v.number, v.state::text AS state, v.material,
           v.based_on_id AS "basedOnId", v.revision, v.content_hash AS "contentHash", v.proposed_by_id AS "proposedById", v.effective_from AS "effectiveFrom", v.discarded_at IS NOT NULL AS discarded
      FROM policy_version v JOIN policy y ON y.id = v.policy_id JOIN platform p ON p.id = y.platform_id
     WHERE v.id = ${id}::uuid FOR UPDATE OF v`;
  return version ?? null;
}

/** The facts every entry about a version in the audit trail begins with. */
export const versionFacts = ({ id, platformId, policyCode, number }: LockedVersion, now: DateTime) => ({ at: now, platformId, policyVersionId: id, policy: policyCode, number });

/** The whole text of a version, as two people agree to it. */
export async function contentOf(tx: Tx, versionId: string): Promise<PolicyContent> {
  const { number, material, materialReason, summary, summaryEs, policy, clauses } = await tx.policyVersion.findUniqueOrThrow({
    where: { id: versionId },
    include: { policy: { select: { code: true } }, clauses: { orderBy: [{ position: "asc" }, { id: "asc" }], include: { clause: { select: { code: true, area: true } } } } },
  });
  return {
    policy: policy.code,
    number,
    material,
    materialReason,
    summary,
    summaryEs,
    clauses: clauses.map(({ clause, section, title, titleEs, body, bodyEs, severity, reportLabel }): ClauseText => ({ code: clause.code, area: clause.area, section, title, titleEs, body, bodyEs, severity, reportLabel: reportLabel as ClauseText["reportLabel"] })),
  };
}

export const hashOf = (content: PolicyContent): string => createHash("sha256").update(canonicalContent(content)).digest("hex");

/**
 * Opens a version for a person's change, or says no: only a draft can be written on, and what was handed in becomes one again, for those who
 * look at it would agree to another text. Whoever writes is on record as not being the second person.
 *
 * @returns whether it was taken back from review, or null when it cannot be written on any more
 */
export async function openForWriting(tx: Tx, version: LockedVersion, actor: StaffActor, now: DateTime): Promise<{ takenBack: boolean } | null> {
  if ((version.state !== "draft" && version.state !== "in_review") || version.discarded) return null;
  const takenBack = version.state === "in_review";
  if (takenBack) {
    await toDraft(tx, version);
    await recordAudit(tx, actor, { type: "policy_version.taken_back", ...versionFacts(version, now), why: "written_on" });
  }
  const at = now.toJSDate();
  await tx.policyVersionEditor.upsert({
    where: { policyVersionId_staffId: { policyVersionId: version.id, staffId: actor.id } },
    create: { policyVersionId: version.id, staffId: actor.id, firstAt: at, lastAt: at },
    update: { lastAt: at },
  });
  await tx.policyVersion.update({ where: { id: version.id }, data: { revision: { increment: 1 }, editedById: actor.id, editedAt: at }, select: { id: true } });
  return { takenBack };
}

/** Makes a version that was handed in or scheduled a draft again. A number that was posted is not used for another text. */
export async function toDraft(tx: Tx, version: LockedVersion, { reviewNote, number }: { reviewNote?: string; number?: number } = {}): Promise<void> {
  const move = version.state === "scheduled" ? "cancel" : "send_back";
  if (!policyVersionMachine.allows(version.state, move)) throw new Error(`a version that is ${version.state} does not become a draft`);
  await tx.policyVersion.update({
    where: { id: version.id },
    data: { state: "draft", contentHash: null, submittedAt: null, proposedById: null, publishedById: null, publishedAt: null, effectiveFrom: null, ...(reviewNote !== undefined && { reviewNote }) },
    select: { id: true },
  });
  if (number !== undefined) await tx.policyVersion.update({ where: { id: version.id }, data: { number }, select: { id: true } });
}

/** Whether this person wrote on the version. */
export const wroteOn = async (tx: Tx, versionId: string, staffId: string): Promise<boolean> =>
  (await tx.policyVersionEditor.findUnique({ where: { policyVersionId_staffId: { policyVersionId: versionId, staffId } } })) !== null;

export interface LockedClause {
  id: string;
  clauseId: string;
  code: string;
  position: number;
  revision: number;
}

/** A version's clauses in order, by whom a place is found. The version is locked, so they stand still. */
export const clausesOf = (tx: Tx, versionId: string): Promise<LockedClause[]> => tx.$queryRaw<LockedClause[]>`
  SELECT v.id, v.clause_id AS "clauseId", c.code, v.position, v.revision FROM clause_version v JOIN clause c ON c.id = v.clause_id
   WHERE v.policy_version_id = ${versionId}::uuid ORDER BY v.position, v.id`;

/** Writes the order down. A clause whose place stays is not touched. */
export async function saveOrder(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw`
    UPDATE clause_version v SET position = o.position - 1
      FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS o(id, position) WHERE v.id = o.id AND v.position <> o.position - 1`;
}

/** The label as its column keeps it. */
export const labelColumn = (label: { en: string; es: string } | null) => label ?? Prisma.DbNull;

/** Clauses that no version has any more, and nothing else knows of, leave their codes free again. */
export async function forgetUnused(tx: Tx, clauseIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM clause c WHERE c.id = ANY(${clauseIds}::uuid[])
       AND NOT EXISTS (SELECT 1 FROM clause_version v WHERE v.clause_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM policy_posting o JOIN policy_version v ON v.id = o.policy_version_id WHERE v.policy_id = c.policy_id AND o.content -> 'clauses' @> jsonb_build_array(jsonb_build_object('code', c.code)))`;
}

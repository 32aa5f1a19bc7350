import { z } from "zod";
import type { Tx } from "~/infra/db.server";
import { namesOfStaff } from "./staff-names.queries.server";
import type { Custody } from "./packet-content";
import type { Redactor } from "./redact";

const facts = z.object({ facts: z.looseObject({ reason: z.string().optional() }) });

const steps: Record<string, string> = { received: "took in", rendition_made: "made a rendition of", scanned: "scanned for viruses", viewed: "viewed", downloaded: "downloaded", exported: "exported", copied: "copied to another store", deleted: "deleted" };

/** Reads of personal data, and everything done to the referral, as the audit trail has them. */
const auditedTypes = ["reporter.revealed", "account.contacts_revealed", "notice.revealed", "held_data.revealed", "referral.drafted", "referral.changed", "referral.picture_redacted", "referral.pdf_redacted", "referral.submitted", "referral.returned", "referral.previewed", "referral.approved", "packet.exported"];

const actorWords: Record<string, string> = { reporter: "A reporter", account_holder: "The account holder", api_key: "The platform", system: "The system", public: "Somebody" };

/** Who had the evidence, or read or took out what belongs to the case; when, and why where a reason was asked for, with everybody but the subject hidden in it. */
export async function readCustody(
  tx: Tx,
  of: { accountId: string; caseId: string; files: readonly { id: string; number: string }[]; redactor: Pick<Redactor, "redact"> },
): Promise<Custody> {
  const numbers = new Map(of.files.map(({ id, number }) => [id, number]));
  const handed = await tx.evidenceCustody.findMany({ where: { evidenceFileId: { in: [...numbers.keys()] } }, orderBy: [{ at: "asc" }, { id: "asc" }] });
  const audited = await tx.auditEntry.findMany({
    where: { OR: [{ type: { in: auditedTypes }, OR: [{ caseId: of.caseId }, { accountId: of.accountId, caseId: null }] }, { id: { in: await looksBeforeTheCase(tx, of.caseId) } }] },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: { id: true, at: true, type: true, actorKind: true, actorId: true, body: true },
  });
  const exports = await tx.referralExport.findMany({ where: { packet: { referral: { accountId: of.accountId } } }, select: { at: true, staffId: true, reason: true } });
  const exported = new Map(exports.map(({ at, staffId, reason }) => [`${at.toISOString()} ${staffId}`, reason]));
  const why = (reason: string | null | undefined) => (reason ? of.redactor.redact(reason) : null);
  const staff = await namesOfStaff(tx, [...handed, ...audited].flatMap(({ actorKind, actorId }) => (actorKind === "staff" && actorId ? [actorId] : [])));
  const who = (kind: string, id: string | null) => (kind === "staff" ? (staff.get(id ?? "") ?? "A colleague") : (actorWords[kind] ?? kind));
  return [
    ...handed.map((row) => ({ at: row.at.toISOString(), who: who(row.actorKind, row.actorId), what: steps[row.step] ?? row.step, evidence: numbers.get(row.evidenceFileId) ?? null, sha256: row.sha256, why: why(row.step === "exported" ? exported.get(`${row.at.toISOString()} ${row.actorId}`) : null) })),
    ...audited.flatMap((row) => {
      const parsed = facts.safeParse(JSON.parse(row.body));
      return [{ at: row.at.toISOString(), who: who(row.actorKind, row.actorId), what: row.type.replace(".", " ").replaceAll("_", " "), evidence: null, sha256: null, why: why(parsed.success ? parsed.data.facts.reason : null) }];
    }),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** Looks at who sent a report while it had no case yet: their entries name the report alone. */
async function looksBeforeTheCase(tx: Tx, caseId: string): Promise<string[]> {
  const reports = await tx.report.findMany({ where: { caseId }, orderBy: { receivedAt: "asc" }, select: { id: true, receivedAt: true } });
  const [first] = reports;
  if (!first) return [];
  const looks = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM audit_entry
     WHERE type = 'reporter.revealed' AND at >= ${first.receivedAt} AND case_id IS NULL AND body::jsonb #>> '{facts,reportId}' = ANY (${reports.map(({ id }) => id)})`;
  return looks.map(({ id }) => id);
}

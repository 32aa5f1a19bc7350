import { createHash } from "node:crypto";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { readWhole } from "~/infra/storage.server";
import { decodeText } from "~/infra/uploads/decode-text";
import { parseCaseEvent, sayCaseEvent, sayEventActor } from "../cases/case-event";
import { readCustody } from "./custody.queries.server";
import type { PacketContent, PacketEvidence } from "./packet-content";
import { pdfRedactionInWords, pdfRedactionSchema } from "./pdf-redaction";
import { pictureRedactionSchema, redactionInWords } from "./picture-redaction";
import type { Redactor } from "./redact";
import { referralRedactor } from "./referral-redactor.queries.server";
import { legalBases, type LegalBasis } from "./referral.schema";
import { pdfRenditionType } from "./render-redacted-pdf.server";
import { renditionType } from "./render-redacted.server";

/** A text that is longer is not redacted: it goes as an original with a reason, or not at all. */
export const mostRedactedBytes = 1024 * 1024;

const iso = (date: Date): string => date.toISOString();

const reportColumns = {
  id: true, reference: true, channel: true, receivedAt: true, description: true, messageText: true, reporterId: true,
  messages: { orderBy: [{ createdAt: "asc" as const }, { id: "asc" as const }], select: { createdAt: true, direction: true, text: true } },
};

type AssemblingDeps = Pick<Deps, "db" | "crypto" | "storage" | "scanner">;

/**
 * What the packet of a referral would say now, redacted: what its reviewer reads and approves. The texts are redacted
 * in one fixed order, so that everybody has the same letter each time.
 */
export async function assemblePacket(deps: AssemblingDeps, referralId: string): Promise<PacketContent | null> {
  return (await assembleRedacted(deps, referralId))?.content ?? null;
}

/** The same with who hides people in it: what is written beside the content names everybody by the same letters. */
export async function assembleRedacted(deps: AssemblingDeps, referralId: string): Promise<{ content: PacketContent; redactor: Redactor } | null> {
  const { db } = deps;
  const referral = await db.referral.findUnique({
    where: { id: referralId },
    include: {
      platform: true,
      account: true,
      case: { select: { reference: true, area: true } },
      action: { select: { decision: { select: { reference: true, findings: { orderBy: { id: "asc" }, include: { clauseVersion: { include: { clause: true } } } } } } } },
      items: { include: { report: { select: reportColumns }, file: { include: { report: { select: { reference: true } }, reportMessage: { select: { report: { select: { reference: true } } } }, appeal: { select: { reference: true } } } } } },
    },
  });
  if (!referral) return null;
  const { platform, account, action } = referral;
  const reports = referral.items.flatMap(({ report }) => (report ? [report] : [])).sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime() || (a.id < b.id ? -1 : 1));
  const files = referral.items.flatMap((item) => (item.file ? [{ ...item.file, original: item.original, why: item.reason, redacted: redactedOf(item) }] : [])).sort((a, b) => a.uploadedAt.getTime() - b.uploadedAt.getTime() || (a.id < b.id ? -1 : 1));
  const textsOfFiles = await Promise.all(files.map((file) => (file.original ? null : readText(deps, file))));
  const happened = await readTimeline(db, referral);
  const custody = await readCustody(db, { accountId: account.id, caseId: referral.caseId, files: [], redactor: { redact: (text) => text } });
  const loose = [
    referral.narrative,
    ...reports.flatMap(({ description, messageText, messages }) => [description, messageText ?? "", ...messages.map(({ text }) => text)]),
    ...textsOfFiles.map((text) => text ?? ""),
    ...files.flatMap(({ fileName, why }) => [fileName, why ?? ""]),
    ...[...happened.map(({ what }) => what), ...custody.map(({ why }) => why ?? "")],
  ];
  const { redactor, reporterAt, contacts } = await referralRedactor(deps, referral, loose);
  const narrative = redactor.redact(referral.narrative);
  const told = reports.map((report) => tellReport(redactor, report, reporterAt));
  const timeline = happened.map((entry) => ({ ...entry, what: redactor.redact(entry.what) }));
  const evidence = files.map((file, index) => tellFile(redactor, file, index, textsOfFiles[index] ?? null));
  const findings = (action.decision?.findings ?? []).map(({ clauseVersion, conductAt }) => ({ clause: clauseVersion.clause.code, title: clauseVersion.title, conductAt: iso(conductAt) }));
  const content: PacketContent = {
    reference: referral.reference,
    version: referral.version,
    language: "en",
    zone: platform.zone,
    from: { platform: platform.name, legalName: platform.legalName, postalAddress: platform.postalAddress, contact: platform.securityEmail },
    to: { agency: referral.agency, agencyReference: referral.agencyReference, legalBasis: legalBases[referral.legalBasis as LegalBasis] ?? referral.legalBasis },
    subject: { account: account.externalId, businessName: account.businessName, status: account.status, registeredAt: iso(account.createdAt), ...contacts },
    period: { from: iso(referral.periodFrom), to: iso(referral.periodTo) },
    case: { reference: referral.case.reference, area: referral.case.area, decision: action.decision?.reference ?? null, findings },
    narrative,
    reports: told,
    timeline,
    evidence,
    people: redactor.people().map(({ pseudonym, role, places }) => ({ pseudonym, role, places })),
  };
  return { content, redactor };
}

type ReportRow = { id: string; reference: string; channel: string; receivedAt: Date; description: string; messageText: string | null; reporterId: string | null; messages: { createdAt: Date; direction: string; text: string }[] };

function tellReport(redactor: Redactor, report: ReportRow, reporterAt: ReadonlyMap<string, number>): PacketContent["reports"][number] {
  const at = report.reporterId === null ? undefined : reporterAt.get(report.reporterId);
  const by = at === undefined ? "somebody who did not say who they are" : redactor.pseudonymOf(at);
  return {
    reference: report.reference,
    channel: report.channel,
    receivedAt: iso(report.receivedAt),
    by,
    description: redactor.redact(report.description),
    messageText: report.messageText === null ? null : redactor.redact(report.messageText),
    messages: report.messages.map(({ createdAt, direction, text }) => ({ at: iso(createdAt), by: direction === "to_reporter" ? "Staff" : direction === "from_reporter" ? by : "Somebody unknown, by mail to the reporter's answer address", text: redactor.redact(text) })),
  };
}

interface FileRow {
  id: string; sha256: string; size: number; mediaType: string; fileName: string; uploadedAt: Date; scanVerdict: "clean" | "infected" | null; original: boolean; why: string | null; redacted: PacketEvidence["rendition"];
  report: { reference: string } | null; reportMessage: { report: { reference: string } } | null; appeal: { reference: string } | null;
}

function tellFile(redactor: Redactor, file: FileRow, index: number, text: string | null): PacketEvidence {
  return {
    number: String(index + 1).padStart(3, "0"),
    id: file.id,
    from: file.report?.reference ?? file.reportMessage?.report.reference ?? file.appeal?.reference ?? "",
    name: redactor.redact(file.fileName),
    mediaType: file.mediaType,
    size: file.size,
    sha256: file.sha256,
    uploadedAt: iso(file.uploadedAt),
    given: file.original ? "original" : file.redacted ? (file.redacted.mediaType === pdfRenditionType ? "redacted_pages" : "redacted_picture") : text === null ? "withheld" : "redacted_text",
    reason: file.original && file.why !== null ? redactor.redact(file.why) : null,
    text: text === null ? null : redactor.redact(text),
    rendition: file.original ? null : file.redacted,
  };
}

/** What was made of a picture or a PDF for this packet; null: nothing, and without a reason for the original it is withheld. */
function redactedOf({ redaction, renditionSha256: sha256, renditionSize: size }: { redaction: unknown; renditionSha256: string | null; renditionSize: number | null }): PacketEvidence["rendition"] {
  if (sha256 === null || size === null) return null;
  const picture = pictureRedactionSchema.safeParse(redaction);
  if (picture.success) return { sha256, size, mediaType: renditionType, done: redactionInWords(picture.data) };
  const pages = pdfRedactionSchema.safeParse(redaction);
  return pages.success ? { sha256, size, mediaType: pdfRenditionType, done: pdfRedactionInWords(pages.data) } : null;
}

/** A mail that was kept as a text can say things in signs nobody reads but a program: by its transfer encodings (RFC 2045), and in its heads (RFC 2047). */
const encoded = /^content-transfer-encoding:\s*(?:base64|quoted-printable)|=\?[\w*-]{1,40}\?[bq]\?/im;

/** What can be redacted: of a text in any of the ways that are taken in, its words; null where it has others that cannot be looked for. */
async function readText({ storage, scanner }: Pick<Deps, "storage" | "scanner">, { mediaType, size, sha256, scanVerdict }: Pick<FileRow, "mediaType" | "size" | "sha256" | "scanVerdict">): Promise<string | null> {
  if (mediaType !== "text/plain" || size > mostRedactedBytes) return null;
  // Redacted, a text is still the text that a virus can be: as people, an agency gets none that a scanner found something in, or has yet to see.
  if (scanVerdict === "infected" || (scanner && scanVerdict === null)) return null;
  const text = decodeText(await readWhole(storage, sha256));
  return text === null || encoded.test(text) ? null : text;
}

/** The case's story and the machine's findings within the period, not yet redacted, with who did it: staff by name, everybody else by their part. */
async function readTimeline(db: Tx, { caseId, periodFrom, periodTo }: { caseId: string; periodFrom: Date; periodTo: Date }): Promise<PacketContent["timeline"]> {
  const within = { gte: periodFrom, lt: periodTo };
  const events = await db.caseEvent.findMany({ where: { caseId, at: within }, orderBy: [{ at: "asc" }, { id: "asc" }] });
  const signals = await db.signal.findMany({ where: { caseId, createdAt: within }, orderBy: [{ createdAt: "asc" }, { id: "asc" }] });
  return [
    ...events.flatMap((event) => {
      const parsed = parseCaseEvent(event.kind, event.data);
      const reason = parsed && "reason" in parsed.data ? `: ${parsed.data.reason}` : "";
      return parsed ? [{ at: iso(event.at), by: sayEventActor(event), what: `${sayCaseEvent(parsed, event.actorKind)}${reason}` }] : [];
    }),
    ...signals.map(({ createdAt, rule, observed, threshold, windowStart, windowEnd, measures }) => ({
      at: iso(createdAt),
      by: "The system",
      what: `${rule.replaceAll("_", " ")} from ${iso(windowStart)} to ${iso(windowEnd)}: ${String(observed)} where ${String(threshold)} is the limit (${JSON.stringify(measures)})`,
    })),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** By this an approval names what its giver has read. */
export const contentHash = (content: PacketContent): string => createHash("sha256").update(JSON.stringify(content)).digest("hex");

import { z } from "zod";
import { headerValue, type MessagePart, type ParsedMessage } from "../parsed-message";
import type { FeedbackReport, FeedbackType } from "./feedback-report";
import { field, fieldBlocks, type Fields } from "./fields";
import { xarfFaults } from "./xarf-types";
import { xarf3Faults } from "./xarf3-faults";

/** Whether a message says that it carries X-ARF or XARF. */
export const declaresXarf = (message: ParsedMessage): boolean => ["x-xarf", "x-arf"].some((name) => headerValue(message, name) !== null);

/** Reads X-ARF 0.1 and 0.2 (YAML in a part of text), XARF 3 and XARF 4 (JSON); null: it is none of them. */
export function readXarf(message: ParsedMessage): FeedbackReport | null {
  for (const part of message.parts) {
    const report = mayBeJson(part) ? readJson(part.text ?? "", message) : null;
    if (report) return report;
  }
  if (!declaresXarf(message) && !message.parts.some(isReportTxt)) return null;
  for (const part of message.parts) {
    const report = part.contentType.startsWith("text/") ? readYaml(part.text ?? "", message) : null;
    if (report) return report;
  }
  return null;
}

const isReportTxt = ({ filename }: MessagePart): boolean => /^(?:report\.(?:txt|ya?ml)|xarf\.ya?ml)$/i.test(filename ?? "");

const mayBeJson = ({ contentType, filename, text }: MessagePart): boolean => text !== null && (/json/.test(contentType) || /json$/i.test(filename ?? "") || /^\s*\{/.test(text));

const line = z.string().max(2_000).catch("");
const lines = z.union([z.array(line), line.transform((one) => [one])]).catch([]);

/** Required of every report by `xarf-core.json` 4; fields of single types are read where they stand. */
const xarf4 = z.looseObject({
  xarf_version: z.string().regex(/^4\.\d{1,4}\.\d{1,4}$/),
  report_id: z.string().max(100),
  timestamp: z.string().max(60),
  reporter: z.looseObject({ org: z.string().max(300), contact: line.optional() }),
  sender: z.looseObject({ org: z.string().max(300) }).optional(),
  source_identifier: z.string().max(500),
  category: z.enum(["messaging", "content", "copyright", "connection", "vulnerability", "infrastructure", "reputation"]),
  type: z.string().max(60),
  url: line.optional(),
  infringing_url: line.optional(),
  domain: line.optional(),
  smtp_from: line.optional(),
  subject: line.optional(),
  description: line.optional(),
  evidence: z.array(z.looseObject({ content_type: line.optional(), description: line.optional(), payload: z.string().max(2_000_000).optional().catch(undefined) })).max(50).catch([]),
});

/** XARF 3: `ReporterInfo` and `Report` (abusix/xarf, schemas 1 to 3); the version is a string or a number. */
const xarf3 = z.looseObject({
  Version: z.union([z.string(), z.number()]).transform(String).pipe(z.string().regex(/^[123](?:\.\d+)*$/)),
  ReporterInfo: z.looseObject({ ReporterOrg: line.optional(), ReporterOrgEmail: line.optional() }),
  Report: z.looseObject({
    ReportClass: line.optional(),
    ReportType: z.string().max(60),
    ReportID: line.optional(),
    Date: line.optional(),
    SourceIp: line.optional(),
    SourceUrl: line.optional(),
    Url: line.optional(),
    Domain: line.optional(),
    SmtpMailFromAddress: line.optional(),
    SmtpMessageSubject: line.optional(),
    SmtpRcptToAddress: lines.optional(),
    Samples: z.array(z.looseObject({ ContentType: line.optional(), Payload: z.string().max(2_000_000).optional().catch(undefined) })).max(50).catch([]),
  }),
});

function readJson(text: string, message: ParsedMessage): FeedbackReport | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const four = xarf4.safeParse(json);
  if (four.success) return { ...fromXarf4(four.data, message), faults: xarfFaults(json as Record<string, unknown>) };
  const three = xarf3.safeParse(json);
  if (!three.success) return null;
  const report = fromXarf3(three.data, message);
  return three.data.Version.startsWith("3") ? { ...report, faults: xarf3Faults(json as Record<string, unknown>) } : report;
}

const nothing = (): Omit<FeedbackReport, "format" | "feedbackType" | "givenType" | "words"> => ({ kind: "feedback_report", userAgent: null, feedbackId: null, envelopeId: null, sourceIps: [], reportedDomains: [], reportedUris: [], originalMailFrom: null, originalRecipients: [], authFailure: null, incidents: 1, arrivedAt: null, original: null });
const given = (...values: (string | null | undefined)[]): string[] => [...new Set(values.flatMap((value) => value || []))].slice(0, 20);
const isIp = (value: string): boolean => /^(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:.]+)$/i.test(value);

function fromXarf4(report: z.output<typeof xarf4>, message: ParsedMessage): FeedbackReport {
  const { category, type, source_identifier: source, reporter } = report;
  const enclosed = report.evidence.find(({ content_type: kind, payload }) => payload && /^(?:message\/|text\/)/.test(kind ?? ""));
  return {
    ...nothing(),
    format: "xarf-4",
    feedbackType: typeOf(type, category),
    givenType: `${category}/${type}`,
    userAgent: reporter.org,
    feedbackId: report.report_id,
    sourceIps: isIp(source) ? [source] : [],
    reportedDomains: given(report.domain, isIp(source) || source.includes("/") ? null : source),
    reportedUris: given(report.url, report.infringing_url, source.includes("://") ? source : null),
    originalMailFrom: report.smtp_from || null,
    arrivedAt: instant(report.timestamp),
    original: originalFrom(report.subject, report.smtp_from, enclosed?.payload),
    particulars: particularsOf(report),
    words: [report.description, ...report.evidence.map(({ description }) => description), message.text].filter(Boolean).join("\n"),
  };
}

/** What every report has, and what is read into fields of its own. */
const readElsewhere = new Set(["xarf_version", "report_id", "timestamp", "reporter", "sender", "source_identifier", "category", "type", "evidence", "url", "infringing_url", "domain", "smtp_from", "subject", "description"]);
const mostParticulars = 30;

/**
 * What the type of a report adds to the core ("work_title", "malware_family", "cve_id"), as it stands there: a type we do not know
 * tells its facts too. Words, numbers and lists of them; what is nested stays in the original.
 */
function particularsOf(report: Record<string, unknown>): string[] {
  const own = Object.entries(report).filter(([name]) => /^[a-z][a-z0-9_]{0,59}$/.test(name) && !readElsewhere.has(name));
  return own.flatMap(([name, value]) => {
    const values = (Array.isArray(value) ? value.slice(0, 10) : [value]).filter((one) => typeof one === "string" || typeof one === "number" || typeof one === "boolean");
    const told = values.map((one) => String(one).replace(/\s+/g, " ").trim().slice(0, 300)).filter(Boolean).join(", ");
    return told ? [`${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}: ${told}`] : [];
  }).slice(0, mostParticulars);
}

function fromXarf3({ Report: report, ReporterInfo: reporter }: z.output<typeof xarf3>, message: ParsedMessage): FeedbackReport {
  const enclosed = report.Samples.find(({ ContentType: kind, Payload: payload }) => payload && /^(?:message\/|text\/)/.test(kind ?? ""));
  return {
    ...nothing(),
    format: "xarf-3",
    feedbackType: typeOf(report.ReportType, report.ReportClass ?? ""),
    givenType: [report.ReportClass, report.ReportType].filter(Boolean).join("/"),
    userAgent: reporter.ReporterOrg || null,
    feedbackId: report.ReportID || null,
    sourceIps: given(report.SourceIp).filter(isIp),
    reportedDomains: given(report.Domain),
    reportedUris: given(report.SourceUrl, report.Url),
    originalMailFrom: report.SmtpMailFromAddress || null,
    originalRecipients: (report.SmtpRcptToAddress ?? []).filter((address) => address !== "").slice(0, 20),
    arrivedAt: instant(report.Date),
    original: originalFrom(report.SmtpMessageSubject, report.SmtpMailFromAddress, enclosed?.Payload),
    words: message.text,
  };
}

/** X-ARF 0.1 and 0.2: flat YAML, `Category` and `Report-Type` required; anything nested is passed over. */
function readYaml(text: string, message: ParsedMessage): FeedbackReport | null {
  const fields = fieldBlocks(text.replace(/^---\s*$/gm, "")).find((block) => block.has("category") && block.has("report-type"));
  if (!fields) return null;
  const source = plain(fields, "source");
  const category = plain(fields, "category") ?? "";
  const type = plain(fields, "report-type") ?? "";
  const enclosed = message.parts.find(({ embedded }) => embedded)?.embedded;
  return {
    ...nothing(),
    format: "x-arf",
    feedbackType: typeOf(type, category),
    givenType: `${category}/${type}`.slice(0, 120),
    userAgent: plain(fields, "user-agent"),
    feedbackId: plain(fields, "report-id"),
    sourceIps: source && isIp(source) ? [source] : [],
    reportedDomains: given(plain(fields, "domain"), source && !isIp(source) && !source.includes("/") ? source : null),
    reportedUris: source?.includes("://") ? [source] : [],
    incidents: countOf(plain(fields, "occurrences")),
    arrivedAt: instant(plain(fields, "date")),
    original: enclosed ? { messageId: enclosed.messageId, from: enclosed.from[0]?.address ?? null, subject: enclosed.subject, text: enclosed.text } : null,
    words: message.parts.find(({ contentType, filename, text: words }) => contentType === "text/plain" && !filename && words !== text)?.text ?? "",
  };
}

const plain = (fields: Fields, name: string): string | null => field(fields, name)?.replace(/\s+#.*$/, "").replace(/^(["'])(.*)\1$/, "$2").trim() || null;

function countOf(value: string | null): number {
  const count = Number(value ?? "1");
  return Number.isInteger(count) && count > 0 && count < 1e9 ? count : 1;
}

function instant(value: string | null | undefined): string | null {
  const at = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

/** Evidence comes as base64; what does not decode to text is left for people to open. */
function originalFrom(subject: string | undefined, from: string | undefined, payload: string | undefined): FeedbackReport["original"] {
  if (!subject && !from && !payload) return null;
  const bytes = payload && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(payload) ? Buffer.from(payload, "base64").toString("utf8") : (payload ?? "");
  const messageId = /^Message-I[Dd]:[ \t]*(<[^<>\s]{1,500}>)/m.exec(bytes)?.[1] ?? null;
  return { messageId, from: from || null, subject: (subject ?? "").slice(0, 1_000), text: bytes.includes("\ufffd") ? "" : bytes.slice(0, 200_000) };
}

/** The words of the four versions as the types of RFC 5965; what has no such type is `other`. */
function typeOf(type: string, category: string): FeedbackType {
  const word = type.trim().toLowerCase().replace(/[\s-]+/g, "_");
  if (/^(?:spam|bulk_messaging|spamvertised|abuse|mail|e?mail_spam|spamtrap)$/.test(word)) return "abuse";
  if (/^(?:phish(?:ing)?|fraud|scam|brand_infringement|identity_theft)$/.test(word)) return "fraud";
  if (/^(?:malware|virus|malicious_?(?:software|attachment))$/.test(word)) return "virus";
  if (/^(?:auth_failure|dkim|spf|dmarc)$/.test(word)) return "auth-failure";
  return category.trim().toLowerCase() === "fraud" ? "fraud" : category.trim().toLowerCase() === "messaging" ? "abuse" : "other";
}

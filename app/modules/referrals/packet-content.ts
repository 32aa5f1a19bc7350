import { z } from "zod";
import { indexPath } from "./packet";

const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Everything a packet says, after redaction. Frozen when the referral is approved: the packet is made of this and of
 * the originals it names, and of nothing else.
 */
export const packetContentSchema = z.object({
  reference: z.string(),
  version: z.number().int(),
  language: z.literal("en"),
  zone: z.string(),
  from: z.object({ platform: z.string(), legalName: z.string(), postalAddress: z.string(), contact: z.string() }),
  to: z.object({ agency: z.string(), agencyReference: z.string(), legalBasis: z.string() }),
  subject: z.object({ account: z.string(), businessName: z.string(), status: z.string(), registeredAt: instant, emails: z.array(z.string()), phones: z.array(z.string()) }),
  period: z.object({ from: instant, to: instant }),
  case: z.object({ reference: z.string(), area: z.string(), decision: z.string().nullable(), findings: z.array(z.object({ clause: z.string(), title: z.string(), conductAt: instant })) }),
  narrative: z.string(),
  reports: z.array(
    z.object({
      reference: z.string(), channel: z.string(), receivedAt: instant, by: z.string(), description: z.string(), messageText: z.string().nullable(),
      messages: z.array(z.object({ at: instant, by: z.string(), text: z.string() })),
    }),
  ),
  timeline: z.array(z.object({ at: instant, by: z.string(), what: z.string() })),
  evidence: z.array(
    z.object({
      number: z.string(), id: z.uuid(), from: z.string(), name: z.string(), mediaType: z.string(), size: z.number().int(), sha256, uploadedAt: instant,
      given: z.enum(["original", "redacted_text", "redacted_picture", "redacted_pages", "withheld"]), reason: z.string().nullable(), text: z.string().nullable(),
      /** What goes along of a picture or a PDF, made of the file whose hash stands beside. */
      rendition: z.object({ sha256, size: z.number().int(), mediaType: z.string(), done: z.string() }).nullable().default(null),
    }),
  ),
  people: z.array(z.object({ pseudonym: z.string(), role: z.string(), places: z.number().int() })),
});
export type PacketContent = z.infer<typeof packetContentSchema>;
export type PacketEvidence = PacketContent["evidence"][number];

export const custodySchema = z.array(z.object({ at: instant, who: z.string(), what: z.string(), evidence: z.string().nullable(), sha256: z.string().nullable(), why: z.string().nullable() }));
export type Custody = z.infer<typeof custodySchema>;

/** What the file store keeps of an approved version. */
export const snapshotSchema = z.object({
  content: packetContentSchema,
  custody: custodySchema,
  signOff: z.object({ draftedBy: z.string(), approvedBy: z.string(), approvedAt: instant }),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/gif": "gif", "image/avif": "avif", "application/pdf": "pdf", "text/plain": "txt",
};

/** Goes along as what was made of it beforehand, by hand. */
export const isRendition = (given: PacketEvidence["given"]): boolean => given === "redacted_picture" || given === "redacted_pages";

/** Where a piece of evidence lies in the packet; its own name could name somebody. Null: it does not go along. */
export function evidencePath({ number, given, mediaType, rendition }: Pick<PacketEvidence, "number" | "given" | "mediaType" | "rendition">): string | null {
  if (given === "withheld") return null;
  if (isRendition(given)) return `evidence/redacted/${number}.${extensions[rendition?.mediaType ?? ""] ?? "bin"}`;
  return given === "original" ? `evidence/original/${number}.${extensions[mediaType] ?? "bin"}` : `evidence/redacted/${number}.txt`;
}

/** The files of a packet that come from the file store, byte for byte, what each was made of and how. */
export function storedFiles({ evidence }: PacketContent): { path: string; sha256: string; size: number; source?: string; note?: string }[] {
  return evidence.flatMap((entry) => {
    const path = evidencePath(entry);
    if (path && entry.given === "original") return [{ path, sha256: entry.sha256, size: entry.size }];
    return path && isRendition(entry.given) && entry.rendition ? [{ path, sha256: entry.rendition.sha256, size: entry.rendition.size, source: entry.sha256, note: entry.rendition.done }] : [];
  });
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const lines = (...parts: readonly (string | null)[]): string => `${parts.filter((part) => part !== null).join("\n")}\n`;

/** The files of a packet that are made of its content; originals and cover come beside them. */
export function derivedFiles({ content, custody }: Snapshot): { path: string; text: string; source?: string }[] {
  const index = content.evidence.map(({ text: _text, ...entry }) => ({ ...entry, path: evidencePath(entry) }));
  return [
    { path: "narrative.txt", text: lines(content.narrative) },
    { path: "timeline.json", text: json(content.timeline) },
    { path: "timeline.txt", text: lines(...content.timeline.map(({ at, by, what }) => `${at}  ${by}: ${what}`)) },
    { path: "custody.json", text: json(custody) },
    { path: "custody.txt", text: lines(...custody.map(({ at, who, what, evidence, why }) => `${at}  ${who}: ${what}${evidence ? ` ${evidence}` : ""}${why ? ` (${why})` : ""}`)) },
    { path: "people.json", text: json(content.people) },
    { path: indexPath, text: json(index) },
    ...content.reports.map((report) => ({
      path: `reports/${report.reference}.txt`,
      text: lines(
        `Report ${report.reference}, received ${report.receivedAt} by ${report.channel}, from ${report.by}`,
        "",
        report.description,
        report.messageText === null ? null : `\nThe message complained of:\n${report.messageText}`,
        ...report.messages.map(({ at, by, text }) => `\n${at}  ${by}:\n${text}`),
      ),
    })),
    ...content.evidence.flatMap((entry) => (entry.given === "redacted_text" ? [{ path: evidencePath(entry)!, text: entry.text ?? "", source: entry.sha256 }] : [])),
  ];
}

export const givenWords: Record<PacketEvidence["given"], string> = { original: "Original, byte for byte", redacted_text: "Redacted text", redacted_picture: "Redacted picture", redacted_pages: "Redacted pages", withheld: "Withheld" };

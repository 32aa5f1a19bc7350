import type { PdfBlock } from "~/infra/pdf/pdf-block";
import { absoluteTime } from "~/components/time-format";
import { givenWords, type Snapshot } from "./packet-content";

/** The sheet on top of a packet: from whom, to whom, about whom, what is in it, and how to check it. */
export function packetCover({ content, signOff }: Snapshot, signer: string): PdfBlock[] {
  const { from, to, subject, period, zone } = content;
  const dayOf = (instant: string | number) => new Intl.DateTimeFormat("en-US", { dateStyle: "full", timeZone: zone }).format(new Date(instant));
  const facts = (rows: [string, string][]): PdfBlock => ({ type: "facts", rows: rows.filter(([, value]) => value !== "").map(([label, value]) => ({ label, value })) });
  return [
    facts([["From", `${from.legalName} (${from.platform})`], ["Address", from.postalAddress], ["Answer to", from.contact], ["To", to.agency], ["Their reference", to.agencyReference], ["Legal basis", to.legalBasis]]),
    { type: "heading", text: "Who it is about" },
    facts([["Account", subject.account], ["Business", subject.businessName], ["Registered", dayOf(subject.registeredAt)], ["Email", subject.emails.join(", ")], ["Phone", subject.phones.join(", ")], ["Case", content.case.reference], ["Period", `${dayOf(period.from)} to ${dayOf(Date.parse(period.to) - 1)}, both days included (${zone})`]]),
    { type: "heading", text: "What happened" },
    { type: "paragraph", text: content.narrative },
    { type: "list", items: content.case.findings.map(({ clause, title, conductAt }) => `${clause} ${title} (${dayOf(conductAt)})`) },
    { type: "heading", text: "What is in this packet" },
    { type: "paragraph", text: `${content.reports.length} reports, ${content.timeline.length} entries of the timeline, ${content.evidence.length} pieces of evidence. Everybody but the subject is named by a letter; who they are is told on lawful request.` },
    ...(content.evidence.length === 0
      ? []
      : [{ type: "table" as const, columns: [{ title: "No." }, { title: "File" }, { title: "Given as" }, { title: "SHA-256 of the original" }], rows: content.evidence.map(({ number, name, given, sha256, rendition }) => [number, name, rendition ? `${givenWords[given]}. ${rendition.done}.` : givenWords[given], sha256]) }]),
    { type: "heading", text: "Who answers for it" },
    facts([["Drafted by", signOff.draftedBy], ["Approved by", signOff.approvedBy], ["Approved", absoluteTime(signOff.approvedAt, zone)], ["Version", String(content.version)]]),
    { type: "heading", text: "How to check it" },
    { type: "paragraph", text: "manifest.json names every file with its size and SHA-256. manifest.sig is the Ed25519 signature of manifest.json, made with the key whose public part stands in the manifest and whose fingerprint is below. Compare the fingerprint with the one we publish." },
    facts([["Key", signer]]),
  ];
}

/** Raw messages as other people's programs write them, made here: no message of anybody's is in them. */

export type Head = Record<string, string>;

export const crlf = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, "\r\n"), "utf8");

const headOf = (head: Head): string => Object.entries(head).map(([name, value]) => `${name}: ${value}`).join("\n");

export const plainMail = (head: Head, text: string): Buffer =>
  crlf(`${headOf({ From: "Ana Ruiz <ana@reader.example>", To: "abuse@platform.example", Subject: "Hello", "Message-ID": "<m1@reader.example>", Date: "Fri, 27 Nov 2026 09:00:00 +0000", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8", "Content-Transfer-Encoding": "8bit", ...head })}\n\n${text}\n`);

export interface Part {
  head: Head;
  body: string;
}

export const part = (contentType: string, body: string, head: Head = {}): Part => ({ head: { "Content-Type": contentType, ...head }, body });

export function multipart(type: string, head: Head, parts: readonly Part[], boundary = "=_part"): Buffer {
  const bodies = parts.map(({ head: own, body }) => `--${boundary}\n${headOf(own)}\n\n${body}\n`).join("");
  return plainMail({ ...head, "Content-Type": `multipart/${type}; boundary="${boundary}"`, "Content-Transfer-Encoding": "7bit" }, `${bodies}--${boundary}--`);
}

const complainedOf = "From: Offers <offers@sender.example>\nTo: reader@mailbox.example\nSubject: Cheap roofs\nMessage-ID: <offer.1@sender.example>\nDate: Thu, 26 Nov 2026 08:00:00 +0000\nContent-Type: text/plain\n\nBuy a roof today: http://roofs.example/buy";

export const deliveryReport = (fields: { recipient?: string; action?: string; status?: string; envelopeId?: string } = {}, head: Head = {}): Buffer =>
  multipart('report; report-type="delivery-status"', { From: "Mail Delivery System <MAILER-DAEMON@mx.example>", Subject: "Undelivered Mail Returned to Sender", "Auto-Submitted": "auto-replied", ...head }, [
    part("text/plain", "I could not deliver your message."),
    part("message/delivery-status", [
      "Reporting-MTA: dns; mx.example",
      ...(fields.envelopeId ? [`Original-Envelope-Id: ${fields.envelopeId}`] : []),
      "",
      `Final-Recipient: rfc822; ${fields.recipient ?? "holder@business.example"}`,
      `Action: ${fields.action ?? "failed"}`,
      `Status: ${fields.status ?? "5.1.1"}`,
      "Diagnostic-Code: smtp; 550 5.1.1 no such",
      " mailbox here",
    ].join("\n")),
    part("message/rfc822", complainedOf),
  ]);

export const wordBounce = (): Buffer =>
  plainMail({ From: "MAILER-DAEMON@old.example", Subject: "failure notice" }, "Hi. This is the qmail-send program at old.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<holder@business.example>:\nSorry, no mailbox here by that name.\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <offer.1@sender.example>\nSubject: Cheap roofs\n");

export const eximBounce = (): Buffer =>
  plainMail({ From: "Mail Delivery System <Mailer-Daemon@exim.example>", Subject: "Mail delivery failed: returning message to sender", "X-Failed-Recipients": "holder@business.example, second@business.example" }, "A message that you sent could not be delivered to all of its recipients.");

export const delayWarning = (): Buffer =>
  plainMail({ From: "Mail Delivery System <Mailer-Daemon@exim.example>", Subject: "Warning: message 1abc delayed 24 hours" }, "Your message has not yet been delivered to holder@business.example. No action is required.");

export const feedback = (fields: Head, head: Head = {}): Buffer =>
  multipart('report; report-type="feedback-report"', { From: "FBL <fbl@provider.example>", Subject: "FW: Cheap roofs", ...head }, [
    part("text/plain", "This is an email abuse report."),
    part("message/feedback-report", headOf({ "Feedback-Type": "abuse", "User-Agent": "Loop/1.0", Version: "1", ...fields })),
    part("message/rfc822", complainedOf, { "Content-Disposition": "inline" }),
  ]);

export const hotmail = (): Buffer =>
  multipart("mixed", { From: "staff@hotmail.example", Subject: "complaint about message from 192.0.2.9" }, [part("message/rfc822", `X-HmXmrOriginalRecipient: reader@mailbox.example\nX-Reporter-IP: 192.0.2.9\n${complainedOf}`, { "Content-Disposition": "inline" })]);

export const xArf = (version: "0.1" | "0.2"): Buffer =>
  multipart("mixed", { From: "reports@watch.example", Subject: "abuse report about 192.0.2.4", ...(version === "0.1" ? { "X-ARF": "Yes" } : { "X-XARF": "PLAIN" }) }, [
    part("text/plain; charset=utf-8", "Please look at the attached report."),
    part('text/plain; charset=utf-8; name="report.txt"', `---\nReported-From: reports@watch.example\nCategory: ${version === "0.1" ? "abuse" : "fraud"}\nReport-Type: ${version === "0.1" ? "spam" : "phishing"}\nReport-ID: 12@watch.example\nUser-Agent: watch 2.1\nDate: Thu, 26 Nov 2026 08:00:00 +0000\nSource: 192.0.2.4\nSource-Type: ipv4\nOccurrences: 3\nVersion: ${version}\n`),
    part("message/rfc822", complainedOf),
  ]);

export const xarf3 = (): Buffer =>
  multipart("mixed", { From: "reports@watch.example", Subject: "report", "X-XARF": "PLAIN" }, [
    part("text/plain", "See the attached report."),
    part('application/json; name="xarf.json"', JSON.stringify({ Version: "3", ReporterInfo: { ReporterOrg: "Watch", ReporterOrgEmail: "reports@watch.example" }, Disclosure: true, Report: { ReportClass: "Activity", ReportType: "Spam", Date: "2026-11-26T08:00:00Z", SourceIp: "192.0.2.4", SmtpMailFromAddress: "offers@sender.example", SmtpMessageSubject: "Cheap roofs", Samples: [{ ContentType: "message/rfc822", Base64Encoded: true, Payload: Buffer.from(complainedOf).toString("base64") }] } })),
  ]);

export const xarf4 = (more: Record<string, unknown> = {}): Buffer =>
  multipart("mixed", { From: "reports@watch.example", Subject: "report" }, [
    part("text/plain", "See the attached report."),
    part("application/json", JSON.stringify({ xarf_version: "4.2.0", report_id: "0192f0c1-7d9e-4aaa-8bbb-0123456789ab", timestamp: "2026-11-26T08:00:00Z", reporter: { org: "Watch", contact: "reports@watch.example", domain: "watch.example" }, sender: { org: "Watch", contact: "reports@watch.example", domain: "watch.example" }, source_identifier: "192.0.2.4", category: "messaging", type: "spam", smtp_from: "offers@sender.example", evidence: [{ content_type: "message/rfc822", description: "The message", payload: Buffer.from(complainedOf).toString("base64") }], ...more }), { "Content-Disposition": 'attachment; filename="xarf.json"' }),
  ]);

export const readReceipt = (): Buffer =>
  multipart("report; report-type=disposition-notification", { Subject: "Read: receipt" }, [part("text/plain", "Your message was displayed."), part("message/disposition-notification", "Reporting-UA: reader.example\nFinal-Recipient: rfc822; ana@reader.example\nDisposition: manual-action/MDN-sent-manually; displayed")]);

/** A message of each kind that programs and people send, by name. */
export const sampleMails = (): Record<string, Buffer> => ({
  deliveryReport: deliveryReport(),
  wordBounce: wordBounce(),
  eximBounce: eximBounce(),
  delayWarning: delayWarning(),
  awayNote: plainMail({ Subject: "Away until Monday", "Auto-Submitted": "auto-replied" }, "I am away."),
  readReceipt: readReceipt(),
  abuse: feedback({ "Source-IP": "192.0.2.1", "Reported-Domain": "sender.example", "Reported-Uri": "http://roofs.example/buy", Incidents: "2" }),
  notSpam: feedback({ "Feedback-Type": "not-spam" }),
  authFailure: feedback({ "Feedback-Type": "auth-failure", "Auth-Failure": "dmarc" }),
  hotmail: hotmail(),
  xArf1: xArf("0.1"),
  xArf2: xArf("0.2"),
  xarf3: xarf3(),
  xarf4: xarf4(),
  report: plainMail({ Subject: "Spam texts" }, "Hello,\n\nA business called “Peak Roofing” keeps texting me from (303) 555-0142 though I replied STOP.\nThe link was hxxps://roofs[.]example/buy\n\nAna"),
  spanish: plainMail({ Subject: "Mensajes no solicitados" }, "Hola, la empresa me manda mensajes que no pedí y no para. El número es +34 612 345 678. Por favor, hagan algo con esta empresa."),
  forwarded: plainMail({ Subject: "Fwd: Cheap roofs" }, "See below, I never signed up.\n\n---------- Forwarded message ---------\nFrom: Offers <offers@sender.example>\nDate: Thu, Nov 26, 2026\nSubject: Cheap roofs\nTo: <ana@reader.example>\n\nBuy a roof today"),
  html: multipart("alternative", { Subject: "Reporte" }, [part("text/plain", ""), part("text/html; charset=utf-8", "<html><body><h1>Spam</h1><p>They sent <a href='https://roofs.example/a?b=1&amp;c=2'>this</a> to me.</p><table><tr><td>x</td></tr></table></body></html>")]),
  enclosed: multipart("mixed", { Subject: "Enclosed" }, [part("text/plain", "The message is enclosed."), part("message/rfc822", complainedOf), part('image/png; name="shot.png"', "iVBORw0KGgo=", { "Content-Transfer-Encoding": "base64", "Content-Disposition": "attachment" })]),
});

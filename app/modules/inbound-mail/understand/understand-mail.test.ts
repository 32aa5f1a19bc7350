import { describe, expect, test } from "vitest";
import { deliveryReport, feedback, multipart, part, plainMail, sampleMails, xarf4, type Head } from "../../../../test/support/mails";
import { parseMessage } from "../parse-message.server";
import type { ReferenceKind, Thread } from "./understand-mail";
import { understandMail } from "./understand-mail";

interface Circumstances {
  sender?: string | null;
  signed?: ReferenceKind;
  thread?: Thread;
  toAppeals?: boolean;
}

const understand = async (raw: Buffer, { sender = "ana@reader.example", signed, thread, toAppeals = false }: Circumstances = {}) =>
  understandMail(await parseMessage(raw), { envelope: { sender, recipients: [] }, signed: signed ?? null, thread: thread ?? null, toAppeals });

test.each([
  ["deliveryReport", "bounce"],
  ["wordBounce", "bounce"],
  ["eximBounce", "bounce"],
  ["delayWarning", "bounce"],
  ["awayNote", "auto_reply"],
  ["readReceipt", "auto_reply"],
  ["abuse", "feedback_report"],
  ["notSpam", "feedback_report"],
  ["authFailure", "feedback_report"],
  ["hotmail", "feedback_report"],
  ["xArf1", "feedback_report"],
  ["xArf2", "feedback_report"],
  ["xarf3", "feedback_report"],
  ["xarf4", "feedback_report"],
  ["report", "human_report"],
  ["spanish", "human_report"],
  ["forwarded", "human_report"],
  ["html", "human_report"],
  ["enclosed", "human_report"],
])("%s is a %s", async (name, kind) => {
  expect((await understand(sampleMails()[name]!)).kind).toBe(kind);
});

describe("the order of looking", () => {
  const reply: Thread = { noticeId: "0192f0c1-7d9e-7aaa-8bbb-0123456789ab", about: "report" };
  test.each<[string, Buffer, Circumstances, string]>([
    ["a bounce that marks itself automatic is a bounce", deliveryReport(), {}, "bounce"],
    ["a bounce to the address of a case is a bounce", deliveryReport(), { signed: "report" }, "bounce"],
    ["an away note to the address of a case is an away note", sampleMails().awayNote!, { signed: "report" }, "auto_reply"],
    ["a report that marks itself automatic stays a report", feedback({}, { "Auto-Submitted": "auto-replied" }), {}, "feedback_report"],
    ["a report in the name of a case stays a report", feedback({}), { signed: "case" }, "feedback_report"],
    ["a signed reference to a report answers in it", sampleMails().report!, { signed: "report" }, "case_reply"],
    ["a thread about a report answers in it", sampleMails().report!, { thread: reply }, "case_reply"],
    ["a signed reference counts more than the thread", sampleMails().report!, { signed: "action", thread: reply }, "appeal"],
    ["a signed reference to an appeal answers in it", sampleMails().report!, { signed: "appeal", toAppeals: true }, "case_reply"],
    ["a signed reference to a decision appeals", sampleMails().report!, { signed: "decision" }, "appeal"],
    ["what is sent to appeals@ appeals", sampleMails().report!, { toAppeals: true }, "appeal"],
    ["a report declared and not there goes to a person", multipart("report; report-type=feedback-report", { "Auto-Submitted": "auto-generated" }, [part("text/plain", "It failed.")]), {}, "human_report"],
  ])("%s", async (_what, raw, circumstances, kind) => {
    expect((await understand(raw, circumstances)).kind).toBe(kind);
  });
});

test.each<[string, Head, string | null, string]>([
  ["vacation of Sieve", { "Auto-Submitted": "auto-replied (vacation)" }, "ana@reader.example", "auto_reply"],
  ["what a program generates is not an answer", { "Auto-Submitted": "auto-generated" }, "ana@reader.example", "human_report"],
  ["Auto-Submitted: no", { "Auto-Submitted": "no" }, "ana@reader.example", "human_report"],
  ["older programs", { "X-Autoreply": "yes" }, "ana@reader.example", "auto_reply"],
  ["a mailing program's precedence", { Precedence: "auto_reply" }, "ana@reader.example", "auto_reply"],
  ["bulk mail by itself is no answer", { Precedence: "bulk" }, "ana@reader.example", "human_report"],
  ["a subject of an answering program that answers", { Subject: "Automatic reply: Your report", "In-Reply-To": "<n@p.example>" }, "ana@reader.example", "auto_reply"],
  ["the same by a null sender", { Subject: "Respuesta automática: hola" }, "", "auto_reply"],
  ["the same subject written by a person", { Subject: "Automatic reply spam from a business" }, "ana@reader.example", "human_report"],
  ["undeliverable, says a person", { Subject: "Undeliverable: what is this" }, "ana@reader.example", "human_report"],
  ["undeliverable, says nobody", { Subject: "Undeliverable: what is this" }, "", "bounce"],
])("%s", async (_what, head, sender, kind) => {
  expect((await understand(plainMail(head, "Some words about it."), { sender })).kind).toBe(kind);
});

describe("a bounce", () => {
  test.each([
    ["failed", "5.1.1", "failed", "5.1.1"],
    ["failed", "5.0.0 (permanent failure)", "failed", "5.0.0"],
    ["delayed", "4.4.7", "delayed", "4.4.7"],
    ["delivered", "2.0.0", "delivered", "2.0.0"],
    ["nonsense", "4.2.2", "delayed", "4.2.2"],
    ["nonsense", "none", "failed", null],
  ])("says %s %s", async (action, status, read, code) => {
    expect(await understand(deliveryReport({ action, status, envelopeId: "e-1" }))).toMatchObject({
      machineReadable: true,
      envelopeId: "e-1",
      originalMessageId: "<offer.1@sender.example>",
      recipients: [{ recipient: "holder@business.example", action: read, status: code, diagnostic: "smtp; 550 5.1.1 no such mailbox here" }],
    });
  });

  test("in words names whom it failed for and claims no code", async () => {
    expect(await understand(sampleMails().eximBounce!)).toMatchObject({ machineReadable: false, recipients: [{ recipient: "holder@business.example", action: "failed", status: null }, { recipient: "second@business.example" }] });
    expect(await understand(sampleMails().wordBounce!)).toMatchObject({ machineReadable: false, originalMessageId: "<offer.1@sender.example>", recipients: [{ recipient: "holder@business.example", action: "failed" }] });
    expect(await understand(sampleMails().delayWarning!)).toMatchObject({ recipients: [{ action: "delayed" }] });
  });

  test.each(["@", "a@", "a.", "<a@"])("in words is read without trying a run of %s over and over", async (run) => {
    const raw = plainMail({ From: "MAILER-DAEMON@mx.example", Subject: "failure notice" }, run.repeat(5_000));
    expect((await understand(raw)).kind).toBe("bounce");
  });

  test("is read from the text where a wrong boundary left its fields there", async () => {
    const raw = multipart("report; report-type=delivery-status", { From: "MAILER-DAEMON@mx.example" }, [part("text/plain", "Failed.\n\n --=_part\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822;holder@business.example\nAction: failed\nStatus: 5.0.0")]);
    expect(await understand(raw)).toMatchObject({ machineReadable: true, recipients: [{ recipient: "holder@business.example", status: "5.0.0" }] });
  });
});

describe("a feedback report", () => {
  test.each([
    ["abuse", "abuse"],
    ["Fraud", "fraud"],
    ["virus", "virus"],
    ["auth-failure", "auth-failure"],
    ["not-spam", "not-spam"],
    ["opt-out", "opt-out"],
    ["miscategorized", "other"],
  ])("of the type %s counts as %s", async (given, type) => {
    expect(await understand(feedback({ "Feedback-Type": given }))).toMatchObject({ feedbackType: type, givenType: given });
  });

  test("tells what it is about", async () => {
    expect(await understand(sampleMails().abuse!)).toMatchObject({
      format: "arf",
      userAgent: "Loop/1.0",
      sourceIps: ["192.0.2.1"],
      reportedDomains: ["sender.example"],
      reportedUris: ["http://roofs.example/buy"],
      incidents: 2,
      original: { messageId: "<offer.1@sender.example>", from: "offers@sender.example", subject: "Cheap roofs" },
    });
    expect(await understand(sampleMails().hotmail!)).toMatchObject({ format: "jmrp", feedbackType: "abuse", originalRecipients: ["reader@mailbox.example"] });
  });

  test("carries the feedback id of RFC 9477 in what it encloses", async () => {
    const raw = multipart("report; report-type=feedback-report", {}, [part("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: x\nVersion: 1"), part("message/rfc822", "From: a@b.example\nCFBL-Address: fbl@b.example; report=arf\nCFBL-Feedback-ID: 111:222:\n 333\n\nx")]);
    expect(await understand(raw)).toMatchObject({ feedbackId: "111:222:333" });
  });

  test.each([
    ["xArf1", "x-arf", "abuse", "abuse/spam"],
    ["xArf2", "x-arf", "fraud", "fraud/phishing"],
    ["xarf3", "xarf-3", "abuse", "Activity/Spam"],
    ["xarf4", "xarf-4", "abuse", "messaging/spam"],
  ])("%s is read", async (name, format, type, given) => {
    expect(await understand(sampleMails()[name]!)).toMatchObject({ format, feedbackType: type, givenType: given, sourceIps: ["192.0.2.4"], original: { messageId: "<offer.1@sender.example>" } });
  });

  test.each([
    ["content", "phishing", "fraud"],
    ["content", "malware", "virus"],
    ["copyright", "p2p", "other"],
    ["messaging", "bulk_messaging", "abuse"],
    ["reputation", "blocklist", "other"],
  ])("XARF 4 %s/%s counts as %s", async (category, type, feedbackType) => {
    expect(await understand(xarf4({ category, type }))).toMatchObject({ feedbackType });
  });

  test("what the type of an XARF 4 report adds to the core is told, a line each, whatever it is", async () => {
    const own = { category: "content", type: "malware", malware_family: "Ridge\nLoader", detection_names: ["A.Gen", "B!x", { deep: 1 }], file_size: 1024, swarm_info: { hash: "x" }, "Bad-Name": "no", empty: "" };
    expect(await understand(xarf4(own))).toMatchObject({ particulars: expect.arrayContaining(["Malware family: Ridge Loader", "Detection names: A.Gen, B!x", "File size: 1024"]) as string[] });
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field_${n}`, "x".repeat(600)]));
    const read = await understand(xarf4(many));
    if (read.kind !== "feedback_report") throw new Error(read.kind);
    expect(read.particulars).toHaveLength(30);
    expect(read.particulars!.every((line) => line.length < 400)).toBe(true);
  });

  test.each([
    ["another version", { xarf_version: "5.0.0" }],
    ["no reporter", { reporter: null }],
    ["a category nobody knows", { category: "weather" }],
  ])("that is not XARF 4 (%s) goes to a person", async (_what, more) => {
    expect((await understand(xarf4(more))).kind).toBe("human_report");
  });
});

describe("a person's mail", () => {
  test("is read for the business, numbers, links and what it seems to be", async () => {
    expect(await understand(sampleMails().report!)).toMatchObject({
      businessName: "Peak Roofing",
      phones: ["+13035550142"],
      links: ["https://roofs.example/buy"],
      language: "en",
      suggestion: { area: "spam" },
    });
    expect(await understand(sampleMails().spanish!)).toMatchObject({ language: "es", phones: ["+34612345678"], suggestion: { area: "spam", because: ["no solicitados"] } });
  });

  test("keeps its own words apart from what it passes on", async () => {
    expect(await understand(sampleMails().forwarded!)).toMatchObject({
      words: "See below, I never signed up.",
      inner: [{ how: "forwarded", subject: "Cheap roofs", text: "Buy a roof today" }],
    });
    expect(await understand(sampleMails().enclosed!)).toMatchObject({ words: "The message is enclosed.", inner: [{ how: "enclosed", from: "offers@sender.example", subject: "Cheap roofs" }] });
  });

  test("of HTML alone is read as text, and its links where they lead", async () => {
    expect(await understand(sampleMails().html!)).toMatchObject({ words: expect.stringContaining("They sent this") as string, links: expect.arrayContaining(["https://roofs.example/a?b=1&c=2"]) as string[] });
  });
});

test("says what an XARF 4 report lacks, and reads it all the same", async () => {
  const lacking = await understand(xarf4());
  expect(lacking).toMatchObject({ kind: "feedback_report", format: "xarf-4", faults: ["protocol is missing"] });
  expect(await understand(xarf4({ protocol: "smtp", source_port: 25 }))).toMatchObject({ kind: "feedback_report", faults: [] });
});

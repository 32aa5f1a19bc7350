import fc from "fast-check";
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { describe, expect, test } from "vitest";
import { renderDraft, type EmailDraft } from "./index";
import { locales, type Locale } from "./locale";
import type { Letterhead } from "./render";

const utc = (iso: string) => new Date(iso);

const letterhead = (locale: Locale): Letterhead => ({
  platformName: "CustomerFlows",
  legalEntity: "CustomerFlows LLC",
  postalAddress: "30 N Gould St\nSheridan, WY 82801",
  contact: "appeals@customerflows.example",
  zone: "America/Denver",
  locale,
});

const token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-ABCDE";
const url = `https://console.example/s/${token}`;
const hostile = `<img src=x onerror=alert(1)> "&'\r\nBcc: everyone@example.com\u202Egpj.exe`;

/** One draft of each template, with `words` wherever a person's words can come in. */
const drafts = (locale: Locale, words: string): EmailDraft[] => {
  const from = letterhead(locale);
  return [
    { template: "report_receipt", props: { from, reference: "R-7F3K-92QD", receivedAt: utc("2026-11-20T21:05:00Z"), statusUrl: url } },
    { template: "report_outcome", props: { from, reference: "R-7F3K-92QD", decidedAt: utc("2026-11-20T21:05:00Z"), outcome: "action_taken", statusUrl: url } },
    { template: "information_request", props: { from, reference: "R-7F3K-92QD", question: words, answerBefore: utc("2026-12-05T07:00:00Z"), statusUrl: url } },
    {
      template: "statement_of_reasons",
      props: {
        from,
        businessName: words,
        reference: "D-4K7Q-T2MX",
        decidedAt: utc("2026-11-20T21:05:00Z"),
        decidedBy: "person",
        detectedBy: "both",
        factsFound: words,
        findings: [{ clauseCode: "CF-AUP-4.3.a", clauseTitle: words, policyTitle: "Acceptable use policy", versionLabel: "2" }],
        measures: [{ kind: "feature_restriction", features: [words, "Campaigns"], startsAt: utc("2026-11-20T21:05:00Z"), endsAt: utc("2026-12-04T21:05:00Z") }],
        strikes: [{ weight: 2, expiresAt: utc("2027-11-20T21:05:00Z") }],
        appeal: { url, windowDays: 30, openAtLeastUntil: utc("2026-12-21T07:00:00Z") },
      },
    },
    {
      template: "interim_measure",
      props: {
        from,
        businessName: words,
        reference: "A-4K7Q-T2MX",
        takenAt: utc("2026-11-20T21:05:00Z"),
        isNew: true,
        measure: { kind: "suspension", features: [], startsAt: utc("2026-11-20T21:05:00Z"), endsAt: utc("2026-11-27T21:05:00Z") },
        reason: words,
        policyArea: words,
        standingUrl: url,
        reasons: {
          decidedBy: "person",
          detectedBy: "both",
          finding: { clauseCode: "CF-AUP-4.3.a", clauseTitle: words, policyTitle: words, versionLabel: "2" },
          toldBefore: words,
          appeal: { windowDays: 30, openAtLeastUntil: utc("2026-12-21T07:00:00Z") },
        },
      },
    },
    {
      template: "action_changed",
      props: { from, businessName: words, reference: "A-9K7Q-T2MX", changedAt: utc("2026-11-20T21:05:00Z"), before: { reference: "A-4K7Q-T2MX", kind: "suspension", endsAt: utc("2026-11-27T21:05:00Z") }, measure: { kind: "suspension", features: [], startsAt: utc("2026-11-20T21:05:00Z"), endsAt: utc("2026-12-04T21:05:00Z") }, reason: words, appeal: { windowDays: 30, openAtLeastUntil: utc("2026-12-21T07:00:00Z") }, standingUrl: url },
    },
    { template: "action_ended", props: { from, businessName: words, reference: "A-4K7Q-T2MX", kind: "suspension", endedAt: utc("2026-11-20T21:05:00Z"), how: "lifted", reason: words, standingUrl: url } },
    { template: "appeal_receipt", props: { from, reference: "P-4K7Q-T2MX", filedAt: utc("2026-11-20T21:05:00Z"), dueBefore: utc("2026-12-08T07:00:00Z"), reviewBusinessDays: 10, late: true, standingUrl: url } },
    { template: "appeal_receipt", props: { from, reference: "P-4K7Q-T2MX", filedAt: utc("2026-11-20T21:05:00Z"), dueBefore: utc("2026-12-08T07:00:00Z"), reviewBusinessDays: 10, late: false, endedAt: utc("2026-11-19T21:05:00Z"), unconfirmed: true, standingUrl: url } },
    { template: "appeal_by_mail", props: { from, reference: "U-4K7Q-T2MX", receivedAt: utc("2026-11-20T21:05:00Z"), statusUrl: `${url}/status`, appealUrl: url } },
    { template: "appeal_put_aside", props: { from, reference: "U-4K7Q-T2MX", receivedAt: utc("2026-11-20T21:05:00Z"), reason: words, appealUrl: url } },
    { template: "appeal_question", props: { from, reference: "P-4K7Q-T2MX", question: words, waitBusinessDays: 10, standingUrl: url } },
    { template: "sender_health", props: { from, businessName: words, expiresAt: utc("2026-12-20T21:05:00Z"), healthUrl: url } },
    { template: "appeal_delayed", props: { from, reference: "P-4K7Q-T2MX", filedAt: utc("2026-11-20T21:05:00Z"), dueBefore: utc("2026-12-08T07:00:00Z"), standingUrl: url } },
    { template: "appeal_question_ended", props: { from, reference: "P-4K7Q-T2MX", askedAt: utc("2026-11-20T21:05:00Z"), dueBefore: utc("2026-12-08T07:00:00Z"), standingUrl: url } },
    {
      template: "appeal_deadline",
      props: { from, step: "breached", reference: "P-4K7Q-T2MX", platform: words, dueBefore: utc("2026-12-08T07:00:00Z"), zone: "America/Denver", reviewer: words, appealUrl: url },
    },
    { template: "appeal_deadline", props: { from, step: "urged", about: "objection", reference: "RM-7F3K-92QD", platform: words, dueBefore: utc("2026-12-08T07:00:00Z"), zone: "America/Denver", reviewer: null, appealUrl: url } },
    {
      template: "appeal_ruling",
      props: {
        from,
        reference: "P-4K7Q-T2MX",
        ruledAt: utc("2026-11-20T21:05:00Z"),
        outcome: "modified",
        grounds: words,
        newMeasure: { kind: "warning", features: [], startsAt: utc("2026-11-20T21:05:00Z"), endsAt: null },
        strikesVoided: 1,
        standingUrl: url,
      },
    },
    { template: "decision_reversed", props: { from, reference: "R-7F3K-92QD", at: utc("2026-11-20T21:05:00Z"), outcome: "reversed", statusUrl: url } },
    { template: "reporting_measure", props: { from, reference: "RM-7F3K-92QD", kind: "warning", reason: words, unfounded: 5, judged: 6, endsAt: null, objectionDays: 30, answerBusinessDays: 10, standingUrl: url } },
    { template: "reporting_measure", props: { from, reference: "RM-7F3K-92QD", kind: "mute", reason: words, unfounded: 3, judged: 3, endsAt: utc("2026-12-20T07:00:00Z"), objectionDays: 30, answerBusinessDays: 10, standingUrl: url } },
    { template: "reporting_ruling", props: { from, reference: "RM-7F3K-92QD", kind: "mute", ruling: "lifted", grounds: words, standingUrl: url } },
    { template: "staff_invite", props: { from, name: words, invitedBy: words, roles: ["analyst", "lead"], setupUrl: url, expiresAt: utc("2026-11-23T21:05:00Z") } },
    { template: "policy_held", props: { from, policy: words, version: 2, platform: words, zone: "America/Denver", reason: "not_everybody_told", wasToBegin: utc("2026-12-16T07:00:00Z"), earliest: utc("2026-12-19T07:00:00Z"), notTold: 12, notReached: 3, campaignUrl: url } },
    { template: "webhook_stopped", props: { from, platform: words, zone: "America/Denver", endpoint: words, host: "hooks.example", stoppedAt: utc("2026-11-20T21:05:00Z"), cancelled: 3, settingsUrl: url } },
    { template: "preservation_expiring", props: { from, reference: "PR-4K7Q-T2MX", agency: words, expiresAt: utc("2027-02-19T07:00:00Z"), renewable: true, requestUrl: url } },
  ];
};

const named = (locale: Locale, words = "Plain words") => drafts(locale, words).map((draft) => [draft.template, draft] as const);
/** What a reader of the HTML sees, without markup. */
const seen = (html: string) =>
  html
    .replace(/^[\s\S]*?<body>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/&#x27;/g, "'").replace(/&quot;/g, '"').replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const words = (text: string) => text.match(/[\p{L}\p{N}]+/gu) ?? [];

describe.each(locales)("in %s", (locale) => {
  test.each(named(locale))("%s says the same in text and in HTML", (_name, draft) => {
    const { text, html, subject } = renderDraft(draft);
    const inHtml = new Set(words(seen(html)));
    expect(words(text).filter((word) => !inHtml.has(word))).toEqual([]);
    const inText = new Set([...words(text), ...words(subject)]);
    const preview = /<div class="preview">([^<]*)/.exec(html)?.[1] ?? "";
    expect(words(seen(html.replace(preview, ""))).filter((word) => !inText.has(word))).toEqual([]);
  });

  test.each(named(locale))("%s tells who writes, how to answer, and where to look", (_name, draft) => {
    for (const part of [renderDraft(draft).text, seen(renderDraft(draft).html)]) {
      for (const fact of ["CustomerFlows LLC", "30 N Gould St, Sheridan, WY 82801", "appeals@customerflows.example", url]) expect(part).toContain(fact);
    }
  });

  test.each(named(locale))("%s is a page people and programs can read", (_name, draft) => {
    const { html, subject } = renderDraft(draft);
    expect(html).toContain(`<html lang="${locale}"`);
    expect(html).toContain("<title>");
    expect(html.match(/<h1>/g)).toHaveLength(1);
    expect(html).toContain('name="color-scheme" content="light dark"');
    expect(html).not.toMatch(/<img|<script|<link|url\(|@import|src=/);
    expect([...subject].length).toBeLessThanOrEqual(140);
  });

  test.each(named(locale, hostile))("%s carries hostile words as words", async (_name, draft) => {
    const mail = renderDraft(draft);
    expect(mail.html).not.toContain("<img");
    expect(mail.subject + mail.text + mail.html).not.toMatch(/[\u202A-\u202E\u2066-\u2069\r]/);
    expect(mail.subject).not.toMatch(/[\r\n]/);

    const sent = await createTransport({ streamTransport: true, buffer: true }).sendMail({ from: "a@example.com", to: "b@example.com", ...mail });
    const received = await simpleParser(sent.message as Buffer);
    expect(received.headers.has("bcc")).toBe(false);
    expect(received.subject).toBe(mail.subject);
    expect(received.text?.trimEnd()).toBe(mail.text.trimEnd());
  });

  test.each(named(locale))("%s names the zone of every time", (_name, draft) => {
    const times = renderDraft(draft).text.match(/\d{1,2}:\d{2}[^\n]{0,20}/g) ?? [];
    expect(times.length + Number(["information_request", "appeal_question", "appeal_deadline", "reporting_measure", "reporting_ruling"].includes(draft.template))).toBeGreaterThan(0);
    for (const time of times) expect(time).toMatch(/MST|GMT-7/);
  });
});

const textOf = (template: EmailDraft["template"], locale: Locale = "en", input = "Plain words") => renderDraft(drafts(locale, input).find((draft) => draft.template === template)!).text;

test.each([
  ["report_receipt", ["R-7F3K-92QD", "Friday, November 20, 2026", "2:05 PM MST", url]],
  ["report_outcome", ["R-7F3K-92QD", "policies were broken, and we acted"]],
  ["information_request", ["> Plain words", "the end of Friday, December 4, 2026 (MST)"]],
  [
    "statement_of_reasons",
    [
      "Restriction of features",
      "What it covers: Plain words and Campaigns",
      "Starts: Friday, November 20, 2026 at 2:05 PM MST",
      "Ends: Friday, December 4, 2026 at 2:05 PM MST",
      "CF-AUP-4.3.a – Plain words (Acceptable use policy, version 2)",
      "> Plain words",
      "A person on our team",
      "A strike of weight 2, until Saturday, November 20, 2027",
      "30 days after the day this message reaches your mail server",
      "until the end of Sunday, December 20, 2026 (MST)",
      url,
    ],
  ],
  ["interim_measure", ["Temporary suspension of the account", "Ends: Friday, November 27, 2026 at 2:05 PM MST", "have not decided yet", "> Plain words"]],
  ["action_changed", ["Temporary suspension of the account (A-4K7Q-T2MX)", "It was to end: Friday, November 27, 2026 at 2:05 PM MST", "at the earliest until the end of Sunday, December 20, 2026", "> Plain words"]],
  ["action_ended", ["Temporary suspension of the account", "A person on our team lifted it", "> Plain words"]],
  ["appeal_receipt", ["P-4K7Q-T2MX", "the end of Monday, December 7, 2026 (MST), 10 business days after you filed", "accepted it as late"]],
  ["appeal_by_mail", ["U-4K7Q-T2MX", "Friday, November 20, 2026 at 2:05 PM MST", "the day that counts", `${url}/status`, "at the addresses we have for the account"]],
  ["appeal_put_aside", ["It was not filed as one", "U-4K7Q-T2MX", "> Plain words", "What you can do", url]],
  ["appeal_question", ["P-4K7Q-T2MX", "> Plain words", "We wait for you: 10 business days", "our time to decide stands still", url]],
  ["appeal_question_ended", ["P-4K7Q-T2MX", "We no longer need the answer", "Friday, November 20, 2026", "We answer by: ", "December 7, 2026", "does not count against you", url]],
  ["appeal_delayed", ["P-4K7Q-T2MX", "Filed: Friday, November 20, 2026", "We promised to answer by: ", "December 7, 2026", "does not count against you", url]],
  ["sender_health", ["what to fix", "Sunday, December 20, 2026", "no decision", url]],
  ["appeal_deadline", ["Appeal: P-4K7Q-T2MX", "the end of Monday, December 7, 2026 (MST)", "The breach stays on record", "Reviewer: Plain words", url]],
  ["appeal_ruling", ["Our decision is changed", "> Plain words", "One strike no longer counts.", "Measure: Warning"]],
  ["decision_reversed", ["R-7F3K-92QD", "We have taken it back."]],
  ["reporting_measure", ["RM-7F3K-92QD", "5 of 6 reports we judged", "> Plain words", "You can object for 30 days. Somebody else decides", url]],
  ["reporting_ruling", ["> Plain words", "no longer set aside", url]],
  ["policy_held", ["Version Plain words 2 cannot take effect", "too late for that day", "Wednesday, December 16, 2026 at 12:00 AM MST", "Saturday, December 19, 2026", "Account holders not told: 12", "no address took it: 3", url]],
  ["webhook_stopped", ["The receiver of “Plain words” answered 410 (gone)", "Server: hooks.example", "Messages that no longer go out: 3", url]],
  ["staff_invite", ["analyst, lead", "Monday, November 23, 2026 at 2:05 PM MST", url]],
] as const)("%s tells the facts", (template, facts) => {
  for (const fact of facts) expect(textOf(template)).toContain(fact);
});

test.each([
  ["withdrawn", "en", "Withdrawn: Friday", "Ruled:"],
  ["withdrawn", "es", "Retirada: viernes", "Resuelto:"],
  ["upheld", "en", "Ruled: Friday", "Withdrawn:"],
] as const)("an appeal that is %s is told in %s as that, with its moment", (outcome, locale, said, unsaid) => {
  const draft = drafts(locale, "Plain words").find((each) => each.template === "appeal_ruling")!;
  if (draft.template !== "appeal_ruling") throw new Error("unreachable");
  const { text } = renderDraft({ template: "appeal_ruling", props: { ...draft.props, outcome, newMeasure: null } });
  expect(text).toContain(said);
  expect(text).not.toContain(unsaid);
});

test.each([
  ["late", "Your appeal cannot be reviewed: it came after the time limit"],
  ["other", "Outcome: Your appeal cannot be reviewed\n"],
] as const)("an appeal that cannot be heard as %s says so", (inadmissibleReason, said) => {
  const draft = drafts("en", "Plain words").find((each) => each.template === "appeal_ruling")!;
  if (draft.template !== "appeal_ruling") throw new Error("unreachable");
  expect(renderDraft({ template: "appeal_ruling", props: { ...draft.props, outcome: "inadmissible", inadmissibleReason, newMeasure: null } }).text).toContain(said);
});

test.each([
  ["en", "You can reply to this message. For anything else, write to appeals@customerflows.example"],
  ["es", "Puede responder a este mensaje. Para cualquier otro asunto, escriba a appeals@customerflows.example"],
] as const)("a footer in %s tells an answer from a matter of its own, and nothing of either where nobody reads", (locale, footer) => {
  const draft = drafts(locale, "Plain words")[0]!;
  if (draft.template !== "report_receipt") throw new Error("unreachable");
  const mail = renderDraft(draft);
  for (const part of [mail.text, mail.html]) expect(part).toContain(footer);
  const { text } = renderDraft({ template: "report_receipt", props: { ...draft.props, from: { ...letterhead(locale), legalEntity: "", postalAddress: "", contact: null } } });
  expect(text).toMatch(/\n\n-- \nCustomerFlows\n$/);
});

test("Spanish dates are Spanish", () => {
  expect(textOf("statement_of_reasons", "es")).toMatch(/domingo, 20 de diciembre de 2026/);
  expect(textOf("appeal_receipt", "es")).toMatch(/lunes, 7 de diciembre de 2026/);
});

test("an automated decision says so, and a referral that cannot be appealed offers a reply", () => {
  const draft = drafts("en", "Plain words").find((each) => each.template === "statement_of_reasons")!;
  if (draft.template !== "statement_of_reasons") throw new Error("unreachable");
  const { text } = renderDraft({ template: "statement_of_reasons", props: { ...draft.props, decidedBy: "automated", appeal: null } });
  expect(text).toContain("An automated system, without a person");
  expect(text).not.toContain(url);
  expect(text).toContain("reply to this message");
});

test("a receipt repeats nothing the reporter typed, so that the form cannot mail words to strangers", () => {
  const { props } = drafts("en", "x")[0]!;
  expect(Object.keys(props).toSorted()).toEqual(["from", "receivedAt", "reference", "statusUrl"]);
});

test("a mail links to web pages only", () => {
  const draft = drafts("en", "x")[0]!;
  if (draft.template !== "report_receipt") throw new Error("unreachable");
  for (const statusUrl of ["javascript:alert(1)", "data:text/html,x", "//console.example", "not a link"]) {
    expect(() => renderDraft({ template: "report_receipt", props: { ...draft.props, statusUrl } })).toThrow(TypeError);
  }
});

test("whatever people write, a mail can be written, sent and read", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (input) => {
      for (const draft of drafts("en", input)) {
        const mail = renderDraft(draft);
        expect(mail.subject).not.toMatch(/[\r\n\0]/);
        expect(Buffer.from(mail.text).toString()).toBe(mail.text);
        expect(mail.html).not.toMatch(/<(?:img|script|iframe)/i);
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

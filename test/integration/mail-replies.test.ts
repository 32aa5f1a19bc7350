import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { signAddress } from "~/infra/signed-address.server";
import type { StaffActor } from "~/modules/access/actor";
import { casePage } from "~/modules/cases/case-page.queries.server";
import { unauthenticated, type MailAuthentication } from "~/modules/inbound-mail/authentication";
import { askReporter } from "~/modules/intake/ask-reporter.server";
import { reportStatus } from "~/modules/intake/report-status.queries.server";
import { must } from "../factories/appealed";
import { anInvestigation, enforcers } from "../factories/investigation";
import { nth } from "../factories/moment";
import { receivedMail, settled, type Sent } from "../factories/received-mail";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { plainMail, type Head } from "../support/mails";

let database: TestDatabase;
let deps: TestDeps;
let platform: { id: string; key: string; abuseEmail: string };
let ana: StaffActor;
let platformId: string;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
  platform = await deps.db.platform.findUniqueOrThrow({ where: { id: platformId } });
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

const domain = () => platform.abuseEmail.split("@")[1]!;
const take = async (raw: Buffer, sent: Sent = {}) => {
  const id = await receivedMail(deps, platform, raw, sent);
  await settled(deps, id);
  return { row: await deps.db.receivedMail.findUniqueOrThrow({ where: { id } }) };
};
const addressed = (from: string, head: Head = {}, text = "A business called “Peak Roofing” keeps texting me from (303) 555-0142 though I replied STOP.") => plainMail({ From: from, ...head }, text);
const reported = async () => {
  const from = `reader-${nth()}@reader.example`;
  const { row } = await take(addressed(from), { from });
  const report = await deps.db.report.findUniqueOrThrow({ where: { id: row.reportId! } });
  return { from, report, receipt: await deps.db.notice.findFirstOrThrow({ where: { reportId: report.id } }) };
};
/** A report whose reporter was asked something, in a case that waits for the answer. */
const asked = async () => {
  const investigation = await anInvestigation(deps, ana, { platformId });
  const [report] = investigation.reports;
  must(await askReporter(deps, ana, { reportId: report!.id, version: investigation.version, question: "Which number?" }));
  const { reference } = await deps.db.case.findUniqueOrThrow({ where: { id: investigation.caseId } });
  return { caseReference: reference, report: { ...report!, email: investigation.reporterEmails[0]! } };
};
const messagesOf = (reportId: string) => deps.db.reportMessage.findMany({ where: { reportId }, orderBy: { id: "asc" } });

const answerTo = ({ reference }: { reference: string }) => signAddress(deps.crypto, { purpose: "case", names: reference }, domain());
const spf: MailAuthentication = { ...unauthenticated, by: "checked_here", spf: { result: "pass", domain: "reader.example" } };

test.each<[string, Sent]>([
  ["whose domain signed it", { signedBy: "reader.example" }],
  ["whose mail server sent it", { authentication: spf }],
])("of the reporter to the signed address joins the report: %s", async (_what, proof) => {
  const { from, report } = await reported();
  const { row } = await take(addressed(from, {}, "Here is more.\n\nOn Fri, Nov 20, 2026 at 9:00 Abuse <abuse@x.example> wrote:\n> We received your report"), { from, to: answerTo(report), role: "reply", ...proof });
  expect(row).toMatchObject({ kind: "case_reply", outcome: "reply_added", reportId: report.id, acknowledged: false });
  const [message, ...others] = await messagesOf(report.id);
  expect([message, others]).toMatchObject([{ direction: "from_reporter", text: "Here is more." }, []]);
  expect(await deps.db.evidenceFile.findFirstOrThrow({ where: { mailId: row.id } })).toMatchObject({ reportId: report.id, reportMessageId: message!.id });
});

test.each<[string, (reporter: string) => { from: string; sent: Sent }]>([
  ["nobody vouches for", (reporter) => ({ from: reporter, sent: {} })],
  ["somebody else wrote, proven", () => ({ from: "friend@reader.example", sent: { signedBy: "reader.example", authentication: { ...spf, dkim: [{ result: "pass", domain: "reader.example" }] } } })],
  ["another server sent in the reporter's name", (reporter) => ({ from: reporter, sent: { authentication: { ...spf, spf: { result: "pass", domain: "elsewhere.example" } } } })],
])("to the signed address that %s reaches people, and not as the reporter's words", async (_what, writes) => {
  const { caseReference, report } = await asked();
  const { from, sent } = writes(report.email);
  const { row } = await take(addressed(from, {}, "I take it all back."), { from, to: answerTo(report), role: "reply", ...sent });
  expect(row).toMatchObject({ kind: "case_reply", outcome: "reply_unproven", reportId: report.id, acknowledged: false });
  expect((await messagesOf(report.id)).map(({ direction, text }) => [direction, text])).toEqual([["to_reporter", "Which number?"], ["from_unknown", "I take it all back."]]);
  const page = (await casePage(deps.db, caseReference))!;
  expect(page.head.state).toBe("investigating");
  expect(page.body.timeline.some(({ kind }) => kind === "unproven_reply")).toBe(true);
  const status = (await reportStatus(deps.db, report.id))!;
  expect(status.messages).toMatchObject([{ from: "us", text: "Which number?" }, { from: "unknown", text: "", files: [] }]);
  expect([status.openQuestion, status.files]).toEqual([true, []]);
});

test("that only knows the reference is a report of its own", async () => {
  const { from, report } = await reported();
  const { row } = await take(addressed(from, { Subject: `Re: ${report.reference}` }), { from, to: `case+${report.reference.toLowerCase()}.${"a".repeat(26)}@${domain()}` });
  expect(row.kind).toBe("human_report");
  expect(await messagesOf(report.id)).toEqual([]);
});

test("in the thread joins the report only from whom the notice was sent to, proven", async () => {
  const { from, report, receipt } = await reported();
  const head = { "In-Reply-To": receipt.messageId };
  const words = "One more thing about the same business.";
  expect((await take(addressed(from, head, words), { from })).row.kind).toBe("human_report");
  const stranger = `reader-${nth()}@reader.example`;
  expect((await take(addressed(stranger, head, words), { from: stranger, signedBy: "reader.example" })).row.kind).toBe("human_report");
  expect(await messagesOf(report.id)).toEqual([]);
  expect((await take(addressed(from, head, words), { from, signedBy: "reader.example" })).row).toMatchObject({ kind: "case_reply", reportId: report.id });
  expect(await messagesOf(report.id)).toHaveLength(1);
});

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MailListener } from "~/smtp/mail-listener";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { aCampaign, addContact, aScheduledVersion, manyAccounts } from "../support/campaigns";
import { deliveryReport } from "../support/mails";
import { openMailDoor, readyForData, swaks } from "../support/mail-door";
import { startSmtpSink, type SmtpSink } from "../support/smtp-sink";
import { startTestWorker, type TestWorker } from "../support/worker";

let database: TestDatabase;
let deps: TestDeps;
let sink: SmtpSink;
let worker: TestWorker;
let door: MailListener;

beforeAll(async () => {
  database = await testDatabase();
  // A trusted server's word is read and nothing is looked up: the test needs no DNS.
  deps = await database.deps(undefined, { MAIL_AUTHSERV_ID: "mx.flows.example", MAIL_RELAYS: "127.0.0.1" });
  await aPlatform(deps, { key: "flows" });
  sink = await startSmtpSink();
  worker = await startTestWorker(deps, sink.url);
  door = await openMailDoor(deps);
});
afterAll(async () => {
  await door.close(1_000);
  await worker.stop();
  await sink.close();
  await database.close();
});

async function settled(from: string) {
  const senderHash = deps.crypto.lookup(from, "email");
  for (;;) {
    const mail = await deps.db.receivedMail.findFirst({ where: { senderHash, state: { not: "received" } }, include: { original: true } });
    if (mail && (mail.state === "unreadable" || mail.original?.renditionSha256)) return mail;
    await sleep(50);
  }
}

test("a person's mail becomes a report with the mail as its evidence, and they hear back once", async () => {
  const body = "The business Zenith Plumbing sends me marketing on WhatsApp every night although I told them to stop. Their number is +1 307 555 0142.";
  const { code } = await swaks(door.port, "--from", "ana@sender.example", "--to", "abuse@flows.example", "--h-Subject", "Spam by Zenith Plumbing", "--body", body);
  expect(code).toBe(0);
  const mail = await settled("ana@sender.example");
  expect(mail).toMatchObject({ state: "settled", kind: "human_report", acknowledged: true });
  const report = await deps.db.report.findUniqueOrThrow({ where: { id: mail.reportId! }, include: { files: true } });
  expect(report.files.map(({ sha256 }) => sha256)).toContain(mail.sha256);
  while (!sink.mails.some(({ to }) => to === "ana@sender.example")) await sleep(50);
  expect(sink.mails.filter(({ to }) => to === "ana@sender.example")).toHaveLength(1);
});

test("one that breaks every reader is kept and shown as unreadable, and nobody is answered", async () => {
  const client = await readyForData(door.port, { from: "broken@sender.example", to: ["abuse@flows.example"] });
  client.send(`Content-Type: multipart/mixed; boundary=a\r\n\r\n${"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(3_000)}--a--\r\n`);
  expect(await client.say(".")).toMatch(/^250 /);
  client.end();
  expect(await settled("broken@sender.example")).toMatchObject({ state: "unreadable", kind: "unreadable", fault: "broken", acknowledged: false });
  expect(await deps.storage.has((await settled("broken@sender.example")).sha256)).toBe(true);
});

test("a message of a campaign that comes back by mail takes the account's notification with it, and the next contact is told", async () => {
  const { platformId, versionId } = await aScheduledVersion(deps);
  await manyAccounts(deps, platformId, 1);
  const { id: accountId } = await deps.db.account.findFirstOrThrow({ where: { platformId } });
  await addContact(deps, accountId, "second@next.example", { position: 1 });
  const campaignId = await aCampaign(deps, versionId);
  const caught = async (address: string) => {
    for (;;) {
      const mail = sink.mails.find(({ to }) => to === address);
      if (mail) return mail;
      await sleep(50);
    }
  };
  const { parsed } = await caught("owner-0@d0.example");
  const returnPath = /bounce\+[^;>\s]+/.exec(parsed.headerLines.find(({ key }) => key === "cfbl-address")!.line)![0];
  // The platform came after the listener, which looks for new ones only now and then.
  const fresh = await openMailDoor(deps);
  const client = await readyForData(fresh.port, { from: "", to: [returnPath] });
  client.send(deliveryReport({ recipient: "owner-0@d0.example" }));
  expect(await client.say("\r\n.")).toMatch(/^250 /);
  client.end();
  await fresh.close(1_000);
  await caught("second@next.example");
  for (;;) {
    const { state } = await deps.db.policyNoticeRecipient.findUniqueOrThrow({ where: { campaignId_accountId: { campaignId, accountId } } });
    if (state === "notified") break;
    await sleep(50);
  }
  const messages = await deps.db.policyNoticeMessage.findMany({ where: { campaignId }, orderBy: { position: "asc" }, select: { state: true, lastError: true } });
  expect(messages).toEqual([{ state: "bounced", lastError: expect.stringContaining("5.1.1") as string }, { state: "handed_over", lastError: null }]);
});

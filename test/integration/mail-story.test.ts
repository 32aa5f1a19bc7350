import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { MailListener } from "~/smtp/mail-listener";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
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
  deps = await database.deps(undefined, { MAIL_AUTHSERV_ID: "mx.flows.example" });
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

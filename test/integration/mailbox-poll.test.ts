import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { signAddress } from "~/infra/signed-address.server";
import { createLocalFileStore, readWhole } from "~/infra/storage.server";
import { envelopeOf } from "~/modules/inbound-mail/open-envelope.server";
import { listenToMailboxes } from "~/modules/inbound-mail/listen-to-mailboxes.server";
import { pollMailbox } from "~/modules/inbound-mail/poll-mailbox.server";
import { pollMailboxes } from "~/modules/inbound-mail/poll-mailboxes.server";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { startDovecot, type TestMailbox } from "../support/dovecot";
import { tcpGate } from "../support/tcp-gate";

let database: TestDatabase;
let dovecot: TestMailbox;
let deps: TestDeps;
let platformId: string;

beforeAll(async () => {
  dovecot = await startDovecot();
  database = await testDatabase();
  deps = await database.deps(undefined, { MAIL_BOXES: box(dovecot.port) });
  platformId = (await aPlatform(deps, { key: "flows" })).id;
  await aPlatform(deps, { key: "chat" });
});
afterAll(async () => {
  await database.close();
  await dovecot.close();
});

const box = (port: number, { user = "abuse", password = "secret", address = "abuse@flows.example" } = {}) => `imap://${user}:${password}@127.0.0.1:${port}/INBOX?address=${address}`;
const aMessage = (...fields: string[]) => [...fields, "From: ana@sender.example", `Subject: ${newId()}`, "", "They write every night.", ".", ""].join("\r\n");
const sha256 = (message: string) => createHash("sha256").update(message).digest("hex");
const mailsOf = (message: string) => deps.db.receivedMail.findMany({ where: { sha256: sha256(message) } });

/** Finds the mailbox that these dependencies are configured with, and looks into it. */
async function poll(on: TestDeps = deps): Promise<string> {
  expect(await pollMailboxes(on)).toBe(1);
  const staged = await on.db.outboxMessage.findFirstOrThrow({ where: { topic: "mail.poll" }, orderBy: { id: "desc" } });
  return pollMailbox(on, staged.payload as { mailboxId: string });
}

test("takes what is new, byte for byte, with the envelope its server wrote, and nothing twice", async () => {
  const reply = signAddress(deps.crypto, { purpose: "case", names: "R-7F3K-92QD" }, "flows.example");
  const messages = [
    aMessage("Return-Path: <Ana@sender.example>", "Delivered-To: appeals@flows.example"),
    aMessage("Return-Path: <>", `To: ${reply}`),
    aMessage("To: stranger@elsewhere.example, abuse@chat.example"),
  ];
  for (const message of messages) await dovecot.deliver(message);
  expect(await poll()).toBe("3 taken");
  const rows = await Promise.all(messages.map(async (message) => (await mailsOf(message))[0]!));
  expect(rows).toMatchObject([
    { source: "imap", platformId, role: "appeals", recipients: ["appeals@flows.example"], state: "received" },
    { role: "reply", refersTo: "R-7F3K-92QD", senderHash: null },
    { platformId, role: "abuse", recipients: ["abuse@flows.example"], senderHash: null },
  ]);
  expect(envelopeOf(deps.crypto, rows[0]!.envelopeSealed)).toMatchObject({ from: "ana@sender.example", remoteAddress: null });
  for (const message of messages) expect((await readWhole(deps.storage, sha256(message))).toString()).toBe(message);
  expect(await poll()).toBe("0 taken");
  const more = aMessage();
  await dovecot.deliver(more);
  expect(await poll()).toBe("1 taken");
  expect(await mailsOf(more)).toHaveLength(1);
});

test("numbered anew, the mailbox is read from the beginning and nothing is taken twice", async () => {
  const before = await deps.db.receivedMail.count();
  await dovecot.renumber();
  const fresh = aMessage();
  await dovecot.deliver(fresh);
  expect(await poll()).toBe("1 taken");
  expect(await deps.db.receivedMail.count()).toBe(before + 1);
  const [row] = await deps.db.imapMailbox.findMany();
  expect(row).toMatchObject({ leaseUntil: null, fault: null });
});

test("while the store takes nothing the mailbox stays where it was, and nothing is lost", async () => {
  const message = aMessage();
  await dovecot.deliver(message);
  const broken = { ...deps, storage: createLocalFileStore({ folder: "/dev/null/files", ring: deps.config.fieldKeys }) };
  await expect(poll(broken)).rejects.toThrow();
  expect(await mailsOf(message)).toEqual([]);
  deps.clock.advance({ minutes: 6 });
  expect(await poll()).toBe("1 taken");
  expect(await mailsOf(message)).toHaveLength(1);
});

test("two who look at once: one does, and every mail is there once", async () => {
  const messages = Array.from({ length: 5 }, () => aMessage());
  for (const message of messages) await dovecot.deliver(message);
  const [{ id: mailboxId } = { id: "" }] = await deps.db.imapMailbox.findMany({ select: { id: true } });
  const outcomes = await Promise.all([pollMailbox(deps, { mailboxId }), pollMailbox(deps, { mailboxId })]);
  expect(outcomes.sort()).toEqual(["5 taken", "polled by another"]);
  for (const message of messages) expect(await mailsOf(message)).toHaveLength(1);
});

test.each([
  ["the password is wrong", { password: "wrong" }, "sign_in_refused"],
  ["the address is no platform's", { address: "abuse@elsewhere.example" }, "address_unknown"],
])("says what is wrong and comes again later: %s", async (_what, given, fault) => {
  const wrong = await database.deps(undefined, { MAIL_BOXES: box(dovecot.port, { user: `abuse-${newId().slice(-6)}`, ...given }), STORAGE_DIR: deps.config.storageDir });
  expect(await poll(wrong)).toBe(fault);
  expect(await deps.db.imapMailbox.findMany({ where: { fault } })).toMatchObject([{ leaseUntil: null }]);
});

test("is looked into as soon as its server says that something came, also when the connection broke off meanwhile", async () => {
  const gate = await tcpGate({ host: "127.0.0.1", port: dovecot.port });
  const behind = await database.deps(undefined, { MAIL_BOXES: box(gate.port, { user: "idle" }), STORAGE_DIR: deps.config.storageDir });
  await poll(behind);
  const polls = () => behind.db.outboxMessage.count({ where: { topic: "mail.poll" } });
  const listening = listenToMailboxes(behind, { againMs: 100 });
  for (const broken of [false, true]) {
    if (broken) {
      gate.cut();
      gate.open();
    }
    const before = await polls();
    // One that comes while nobody listens yet is the minute's: it wakes nobody.
    await expect.poll(async () => (await dovecot.deliver(aMessage()), await polls()), { interval: 500 }).toBeGreaterThan(before);
  }
  await listening.stop();
  const before = await polls();
  const last = aMessage();
  await dovecot.deliver(last);
  expect(await poll(behind)).not.toBe("0 taken");
  expect([await polls(), (await mailsOf(last)).length]).toEqual([before + 1, 1]);
  await gate.close();
});

test("a server that goes away in the middle takes nothing along", async () => {
  const gate = await tcpGate({ host: "127.0.0.1", port: dovecot.port });
  const behind = await database.deps(undefined, { MAIL_BOXES: box(gate.port, { user: "other" }), STORAGE_DIR: deps.config.storageDir });
  gate.cut();
  expect(await poll(behind)).toMatch(/^[a-z_]+$/);
  gate.open();
  const before = await deps.db.receivedMail.count();
  expect(await poll(behind)).toBe("0 taken");
  expect(await deps.db.receivedMail.count()).toBe(before);
  await gate.close();
});

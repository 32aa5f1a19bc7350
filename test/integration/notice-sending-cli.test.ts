import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { Role } from "~/modules/access/permissions";
import { claimNotice } from "~/modules/notices/claim-notice.server";
import { deferNotice } from "~/modules/notices/defer-notice.server";
import { measureKinds, type NoticeKind } from "~/modules/notices/notice-kind";
import { retryNotice } from "~/modules/notices/retry-notice.server";
import { aPlatform } from "../factories/platform";
import { runCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let folder: string;
let settings: Record<string, string>;
let platformId: string;
let personId: string;
const keeper = { kind: "system", name: "test" } as const;

const cli = (...args: string[]) => runCli(settings, "notice", ...args);
const asLead = ["--by", "Lead@Example.com", "--reason", "the mail server moves"];

async function aPerson(email: string, role: Role, over: { disabledAt?: Date; passwordHash?: string | null } = {}): Promise<string> {
  const id = newId();
  const at = deps.clock().toJSDate();
  await deps.db.staff.create({ data: { id, email, name: email.split("@")[0]!, roles: [role], passwordHash: "set", createdAt: at, ...over } });
  return id;
}

async function aNotice(kind: NoticeKind): Promise<string> {
  const id = newId();
  const { crypto } = deps;
  const address = `n-${id}@reporters.example`;
  await deps.db.notice.create({
    data: {
      id, platformId, kind, addressSealed: crypto.seal(address, "notice.address"), addressHash: crypto.lookup(address, "email"), language: "en", subject: "A word", textSealed: crypto.seal("Words", "notice.text"),
      htmlSealed: crypto.seal("<p>Words</p>", "notice.html"), messageId: `<notice.${id}@test.example>`, dedupeKey: id, createdAt: deps.clock().toJSDate(),
    },
  });
  return id;
}

const trail = (type: string) => deps.db.auditEntry.findMany({ where: { type }, orderBy: { at: "asc" } });
const stateOf = async (id: string) => (await deps.db.notice.findUniqueOrThrow({ where: { id } })).state;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  folder = await mkdtemp(join(tmpdir(), "console-notice-cli-"));
  settings = { ...testEnvironment(database.url, folder), TEST_CLOCK: "1" };
  platformId = (await aPlatform(deps, { key: "customerflows" })).id;
  personId = await aPerson("lead@example.com", "lead");
  await aPerson("analyst@example.com", "analyst");
  await aPerson("left@example.com", "lead", { disabledAt: deps.clock().toJSDate() });
  await aPerson("invited@example.com", "lead", { passwordHash: null });
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

test("a pause names somebody who may do it, holds what waits, and its end stages that anew", async () => {
  const waiting = await aNotice("report_receipt");
  for (const [address, error] of [["nobody@example.com", "staff_unknown"], ["left@example.com", "staff_unknown"], ["invited@example.com", "staff_unknown"], ["analyst@example.com", "forbidden"]] as const) {
    const refused = await cli("pause", "--platform", "customerflows", "--by", address, "--reason", "the mail server moves", "--json");
    expect([refused.code, refused.json().error]).toEqual([3, error]);
  }
  for (const wrong of [["pause", ...asLead], ["pause", "--all", "--platform", "customerflows", ...asLead], ["pause", "--all", "--reason", "nobody is named"], ["pause", "--all", "--by", "lead@example.com", "--reason", "no"]]) expect((await cli(...wrong)).code).toBe(2);
  expect((await cli("pause", "--platform", "nowhere", ...asLead, "--json")).json().error).toBe("platform_unknown");
  expect((await cli("pauses")).stdout).toContain("Nothing is paused.");

  const paused = await cli("pause", "--platform", "customerflows", ...asLead, "--json");
  expect(paused.code).toBe(0);
  const { pauseId } = paused.json() as { pauseId: string };
  expect(await deps.db.noticePause.findUniqueOrThrow({ where: { id: pauseId } })).toMatchObject({ platformId, pausedById: personId, pauseReason: "the mail server moves", endedAt: null });
  expect((await cli("pause", "--platform", "customerflows", ...asLead, "--json")).json().error).toBe("notices_paused");
  expect((await cli("pauses", "--json")).json().pauses).toEqual([expect.objectContaining({ id: pauseId, pausedBy: "lead", reason: "the mail server moves", waiting: 1 })]);
  expect(await claimNotice(deps, { noticeId: waiting, leaseMs: 60_000 })).toMatchObject({ ok: false, reason: "paused" });

  expect((await cli("resume", newId(), ...asLead, "--json")).json().error).toBe("pause_unknown");
  expect((await cli("resume", pauseId, "--by", "analyst@example.com", "--reason", "it has moved", "--json")).json().error).toBe("forbidden");
  const resumed = await cli("resume", pauseId, "--by", "lead@example.com", "--reason", "it has moved", "--json");
  expect([resumed.code, resumed.json()]).toEqual([0, { notices: 1 }]);
  expect((await cli("resume", pauseId, "--by", "lead@example.com", "--reason", "it has moved", "--json")).json().error).toBe("pause_ended");
  expect(await deps.db.outboxMessage.count({ where: { topic: "notice.deliver", payload: { path: ["noticeId"], equals: waiting } } })).toBe(1);
  expect(await claimNotice(deps, { noticeId: waiting, leaseMs: 60_000 })).toMatchObject({ ok: true });

  const entries = [...(await trail("notices.paused")), ...(await trail("notices.resumed"))];
  expect(entries.map(({ actorKind, actorId, platformId: of }) => [actorKind, actorId, of])).toEqual([["staff", personId, platformId], ["staff", personId, platformId]]);
  for (const { body } of entries) expect(JSON.parse(body)).toMatchObject({ facts: { pauseId, through: "admin-cli" } });
});

test("one mail is stopped while it waits, and sent after all where somebody wants that; what tells of a measure never", async () => {
  const receipt = await aNotice("report_receipt");
  expect((await cli("stop", receipt, "--by", "analyst@example.com", "--reason", "sent by mistake", "--json")).json().error).toBe("forbidden");
  const stopped = await cli("stop", receipt, "--by", "lead@example.com", "--reason", "sent by mistake", "--json");
  expect([stopped.code, stopped.json()]).toEqual([0, { stopped: receipt }]);
  expect(await deps.db.notice.findUniqueOrThrow({ where: { id: receipt } })).toMatchObject({ state: "failed", lastError: "stopped by a person before it was sent" });
  expect(await claimNotice(deps, { noticeId: receipt, leaseMs: 60_000 })).toMatchObject({ ok: false, reason: "not_queued" });
  expect((await cli("stop", receipt, ...asLead, "--json")).json().error).toBe("illegal_move");
  const [entry, ...more] = await trail("notice.stopped");
  expect([more, entry!.actorId, JSON.parse(entry!.body)]).toEqual([[], personId, expect.objectContaining({ facts: expect.objectContaining({ noticeId: receipt, reason: "sent by mistake", through: "admin-cli" }) })]);
  expect(await retryNotice(deps, keeper, { noticeId: receipt })).toEqual({ ok: true });
  expect(await stateOf(receipt)).toBe("queued");

  for (const kind of measureKinds) {
    const notice = await aNotice(kind);
    expect((await cli("stop", notice, ...asLead, "--json")).json().error).toBe("notice_mandatory");
    expect(await stateOf(notice)).toBe("queued");
  }
  expect((await cli("stop", newId(), ...asLead, "--json")).json().error).toBe("notice_unknown");
});

test("a mail that is on its way to a mail server is left alone, one that the server put off is stopped", async () => {
  // The command line goes by the machine's clock.
  const present = await database.deps(new Date().toISOString());
  const noticeId = await aNotice("report_outcome");
  expect(await claimNotice(present, { noticeId, leaseMs: 3_600_000 })).toMatchObject({ ok: true });
  expect((await cli("stop", noticeId, ...asLead, "--json")).json().error).toBe("notice_on_its_way");
  expect(await deferNotice(present, keeper, { noticeId, reply: "451 later" })).toMatchObject({ ok: true });
  expect((await cli("stop", noticeId, ...asLead, "--json")).code).toBe(0);
  expect(await stateOf(noticeId)).toBe("failed");
});

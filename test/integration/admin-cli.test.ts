import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DateTime } from "luxon";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { openQueues } from "~/infra/queue.server";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { stageNotice } from "~/modules/notices/stage-notice.server";
import { aPlatform, anAccount } from "../factories/platform";
import { runCli, spawnCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase, type TestDeps } from "../support/database";
import { startWeb } from "../support/web";

let database: TestDatabase;
let deps: TestDeps;
let folder: string;
let settings: Record<string, string>;
const cli = (...args: string[]) => runCli(settings, ...args);

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  folder = await mkdtemp(join(tmpdir(), "console-cli-"));
  settings = { ...testEnvironment(database.url, folder), TEST_CLOCK: "1" };
  await aPlatform(deps, { key: "customerflows" });
});

afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

test("help and mistakes: what there is, and exit codes a script can rely on", async () => {
  const [help, group, unknown, missing, settingsMissing] = await Promise.all([
    spawnCli({}, "--help"),
    runCli({}, "api-key", "create", "--help"),
    spawnCli(settings, "bogus"),
    cli("api-key", "create", "--platform", "customerflows"),
    runCli({ DATA_DIR: "/nonexistent" }, "case", "list"),
  ]);
  expect(help.code).toBe(0);
  for (const word of ["staff", "api-key", "case", "mail", "job", "audit", "clock", "keys", "Exit codes"]) expect(help.stdout).toContain(word);
  expect([group.code, group.stdout.includes("gate:read"), group.stdout.includes("--json")]).toEqual([0, true, true]);
  expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
  expect(missing.code).toBe(2);
  expect(missing.stderr).toContain("--scope");
  expect(settingsMissing.code).toBe(2);
  expect(settingsMissing.stderr).toContain("npm start");
});

test("staff create: the first admin, with a link that is shown once and mailed", async () => {
  const made = await cli("staff", "create", "--email", "First@Example.com", "--name", "First Admin", "--role", "admin", "--json");
  expect(made.code).toBe(0);
  const { staffId, inviteUrl } = made.json() as { staffId: string; inviteUrl: string };
  const person = await deps.db.staff.findUniqueOrThrow({ where: { id: staffId } });
  expect(person).toMatchObject({ email: "first@example.com", roles: ["admin"], demo: false, passwordHash: null });
  expect(JSON.stringify(person)).not.toContain(inviteUrl.split("/").at(-1));
  expect(await deps.db.notice.count({ where: { kind: "staff_invite" } })).toBe(1);

  const again = await cli("staff", "create", "--email", "first@example.com", "--name", "First Admin", "--role", "admin", "--json");
  expect([again.code, again.json().error]).toEqual([3, "email_taken"]);
  const mixed = await cli("staff", "create", "--email", "both@example.com", "--name", "Both", "--role", "auditor", "admin");
  expect([mixed.code, mixed.stderr.includes("cannot be combined")]).toEqual([2, true]);
  expect(await deps.db.staff.count()).toBe(1);
});

test("api-key: created once, works at the gate, listed without its secret, revoked at once", async () => {
  const made = await cli("api-key", "create", "--platform", "customerflows", "--scope", "gate:read", "--json");
  expect(made.code).toBe(0);
  const { id, key } = made.json() as { id: string; key: string };
  const platform = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  const account = await anAccount(deps, platform.id);
  // The command line runs by the machine's clock, so the server has to as well.
  const present = await database.deps(DateTime.utc().toISO());
  const web = await startWeb(present);
  const ask = () => web.get(`/api/v1/platforms/customerflows/accounts/${account.externalId}/gate`, { authorization: `Bearer ${key}` });
  expect((await ask()).status).toBe(200);

  const listed = await cli("api-key", "list", "--platform", "customerflows");
  expect(listed.stdout).toContain(id);
  expect(listed.stdout).not.toContain(key);
  expect((await cli("api-key", "revoke", id)).code).toBe(0);
  present.clock.set(DateTime.utc().toISO());
  expect((await ask()).status).toBe(401);
  await web.close();

  expect((await cli("api-key", "revoke", newId())).code).toBe(3);
  expect((await cli("api-key", "revoke", "nonsense")).code).toBe(2);
  expect((await cli("api-key", "create", "--platform", "nobody", "--scope", "gate:read")).code).toBe(3);
  expect((await cli("api-key", "create", "--platform", "customerflows", "--scope", "gate:write")).code).toBe(2);
});

test("notices: masked until it is revealed, and revealing is on record", async () => {
  const noticeId = await deps.db.$transaction(async (tx) => {
    const staged = await stageNotice(tx, deps, {
      at: deps.clock(),
      platformId: null,
      to: "ana.lopez@example.com",
      language: "en",
      about: {},
      content: { template: "staff_invite", props: { name: "Ana Lopez", invitedBy: "First Admin", setupUrl: `https://console.example/invite/${"x".repeat(43)}`, expiresAt: deps.clock().toJSDate(), roles: ["Lead"] } },
      dedupeKey: "cli-test",
    });
    return staged.noticeId;
  });
  const [listed, shown] = [await cli("notice", "list", "--json"), await cli("notice", "show", noticeId, "--json")];
  for (const run of [listed, shown]) {
    expect(run.code).toBe(0);
    expect(run.stdout).toContain(noticeId);
    expect(run.stdout).toContain("a…@example.com");
    expect(run.stdout).not.toMatch(/ana\.lopez|Ana Lopez/);
  }
  const revealed = () => deps.db.auditEntry.findMany({ where: { type: "notice.revealed" } });
  expect(await revealed()).toEqual([]);

  expect((await cli("notice", "show", noticeId, "--reveal")).code).toBe(2);
  expect(await revealed()).toEqual([]);
  const opened = await cli("notice", "show", noticeId, "--reveal", "--reason", "ticket 12");
  expect(opened.stdout).toContain("ana.lopez@example.com");
  expect(opened.stdout).toContain("Ana Lopez");
  expect(opened.stdout).not.toContain("x".repeat(43));
  const entries = await revealed();
  expect(entries).toHaveLength(1);
  expect(entries[0]!.body).toContain("ticket 12");
  expect(entries[0]!.body).not.toContain("ana.lopez");
  expect((await cli("notice", "show", newId())).code).toBe(3);
});

test("case: listed by page and shown whole, by its reference", async () => {
  const platform = await deps.db.platform.findUniqueOrThrow({ where: { key: "customerflows" } });
  const references = ["C-AAAA-0001", "C-AAAA-0002", "C-AAAA-0003"];
  const reportId = newId();
  for (const [index, reference] of references.entries()) {
    const account = await anAccount(deps, platform.id, { businessName: `Business of ${reference}` });
    const at = deps.clock().minus({ days: [1, 9, 9][index]! }).toJSDate();
    const made = await deps.db.case.create({ data: { id: newId(), reference, platformId: platform.id, accountId: account.id, area: "messaging", severity: "medium", priority: 10, openedAt: at, updatedAt: at } });
    await deps.db.caseEvent.create({ data: { id: newId(), caseId: made.id, at, kind: "opened", actorKind: "system" } });
    await deps.db.caseEvent.create({ data: { id: newId(), caseId: made.id, at, kind: "information_received", actorKind: "reporter", data: { reportId, reference: "R-AAAA-0001", files: 1 } } });
  }
  const referencesOf = (run: { json(): Record<string, unknown> }) => (run.json().cases as { reference: string }[]).map((row) => row.reference);
  expect(referencesOf(await cli("case", "list", "--platform", "customerflows", "--limit", "2", "--json"))).toEqual(["C-AAAA-0001", "C-AAAA-0003"]);
  expect(referencesOf(await cli("case", "list", "--after", "C-AAAA-0003", "--json"))).toEqual(["C-AAAA-0002"]);
  expect(referencesOf(await cli("case", "list", "--after", "C-AAAA-0001", "--json"))).toEqual(["C-AAAA-0003", "C-AAAA-0002"]);
  expect(referencesOf(await cli("case", "list", "--state", "closed", "--json"))).toEqual([]);
  const shown = await cli("case", "show", "c-aaaa-0001");
  expect(shown.stdout).toContain("Business of C-AAAA-0001");
  expect(shown.stdout).toContain("opened");
  expect(shown.stdout).toMatch(/A reporter +answered about R-AAAA-0001 with 1 file/);
  expect((await cli("case", "show", "C-NONE-0000")).code).toBe(3);
  expect((await cli("case", "list", "--limit", "0")).code).toBe(2);
});

test("job: what failed for good is listed, goes back to work, and who did it is on record", async () => {
  expect((await cli("job", "failed")).stdout).toContain("No job has failed.");
  const queues = await openQueues(deps.config, deps.log);
  const noticeId = newId();
  await queues.queue("notices").addBulk([{ name: "notice.deliver", data: { noticeId }, opts: { jobId: "dead-1", attempts: 1 } }]);
  const worker = await queues.worker("notices", () => Promise.reject(new Error("no mail server")), { failed: () => undefined, error: () => undefined });
  void worker.run();
  await expect.poll(() => queues.queue("notices").getJobCounts("failed").then((counts) => counts.failed)).toBe(1);
  await worker.close(true);

  const failed = await cli("job", "failed", "--json");
  expect(failed.json().jobs).toEqual([expect.objectContaining({ id: "dead-1", queue: "notices", topic: "notice.deliver", reason: "no mail server", payload: { noticeId } })]);
  expect((await cli("job", "retry")).code).toBe(2);
  expect((await cli("job", "retry", "dead-2")).code).toBe(3);
  expect((await cli("job", "retry", "dead-1", "--json")).json()).toEqual({ retried: ["dead-1"] });
  expect(await queues.queue("notices").getJobCounts("failed", "waiting")).toMatchObject({ failed: 0, waiting: 1 });
  expect(await deps.db.auditEntry.count({ where: { type: "job.retried" } })).toBe(1);
  await queues.close();
}, 60_000);

test("clock: shown, moved forward, never back; refused where TEST_CLOCK is not set", async () => {
  const before = DateTime.utc();
  const moved = await cli("clock", "--advance", "31d", "--json");
  expect(moved.code).toBe(0);
  expect(DateTime.fromISO(moved.json().now as string).diff(before, "days").days).toBeCloseTo(31, 1);
  expect((await cli("clock", "--set", "2020-01-01T00:00:00Z")).code).toBe(3);
  expect((await cli("clock", "--set", "2040-01-01")).code).toBe(2);
  expect((await cli("clock", "--advance", "soon")).code).toBe(2);
  expect((await runCli({ ...settings, TEST_CLOCK: "0" }, "clock", "--advance", "1d")).code).toBe(3);
  expect((await runCli({ ...settings, NODE_ENV: "production" }, "clock", "--advance", "1d")).stderr).toContain("TEST_CLOCK must not be set");
});

test("audit verify: whole, then broken by hand and named", async () => {
  const accountId = newId();
  await deps.db.$transaction((tx) => recordAudit(tx, { kind: "system", name: "test" }, { type: "test.happened", at: deps.clock(), accountId }));
  const whole = await spawnCli(settings, "audit", "verify", "--json");
  expect([whole.code, whole.json().ok]).toEqual([0, true]);

  const intruder = new Client({ connectionString: database.url });
  await intruder.connect();
  await intruder.query("ALTER TABLE audit_entry DISABLE TRIGGER USER");
  const changed = await intruder.query<{ id: string }>("UPDATE audit_entry SET body = replace(body, 'happened', 'forgotten') WHERE account_id = $1 RETURNING id", [accountId]);
  await intruder.end();
  const broken = await spawnCli(settings, "audit", "verify");
  expect(broken.code).toBe(1);
  expect(broken.stdout).toContain(changed.rows[0]!.id);
});

test("event counts: what is stored by day and type, of a few days, and what came too late", async () => {
  const platform = await aPlatform(deps);
  const account = await anAccount(deps, platform.id);
  const other = await aPlatform(deps);
  const stored: [platformId: string, type: number, at: string][] = [
    [platform.id, 1, "2026-11-19T00:00:00Z"],
    [platform.id, 1, "2026-11-19T23:59:59.999Z"],
    [platform.id, 5, "2026-11-19T12:00:00Z"],
    [platform.id, 1, "2026-11-20T00:00:00Z"],
    [platform.id, 1, "2026-11-17T23:59:59.999Z"],
    [other.id, 1, "2026-11-19T12:00:00Z"],
  ];
  await deps.db.$executeRaw`SELECT stream.prepare_days('2026-11-17', '2026-11-20')`;
  await deps.db.$executeRaw`
    INSERT INTO stream.message_event (occurred_at, received_at, shard, type, more_requested, platform_id, account_id, event_id)
    SELECT at, at, 0, type, false, platform, ${account.id}::uuid, n::text
      FROM json_to_recordset(${JSON.stringify(stored.map(([of, type, at], n) => ({ platform: of, type, at, n })))}::json) AS e(platform uuid, type smallint, at timestamptz, n int)`;
  await deps.db.$executeRaw`UPDATE stream.tail_shard SET late = CASE shard WHEN 3 THEN 4 WHEN 7 THEN 5 ELSE 0 END`;
  const asked = await cli("event", "counts", "--platform", platform.key, "--from", "2026-11-18", "--to", "2026-11-20", "--json");
  expect([asked.code, asked.json()]).toEqual([
    0,
    {
      platform: platform.key,
      from: "2026-11-18",
      to: "2026-11-20",
      accepted: [
        { day: "2026-11-19", type: "message.sent", count: 2 },
        { day: "2026-11-19", type: "opt_out", count: 1 },
        { day: "2026-11-20", type: "message.sent", count: 1 },
      ],
      late: 9,
    },
  ]);
  const plain = await cli("event", "counts", "--platform", platform.key, "--from", "2026-11-18", "--to", "2026-11-18");
  expect(plain.stdout).toContain("Nothing is stored of 2026-11-18 to 2026-11-18.");
  expect(plain.stdout).toContain("since the first event: 9.");
  const refusals: [code: number, args: string[]][] = [
    [3, ["--platform", "nowhere", "--json"]],
    [2, ["--platform", platform.key, "--from", "2026-11-10", "--to", "2026-11-20"]],
    [2, ["--platform", platform.key, "--from", "2026-11-20", "--to", "2026-11-19"]],
    [2, ["--platform", platform.key, "--from", "2026-13-01"]],
  ];
  for (const [code, args] of refusals) expect((await cli("event", "counts", ...args)).code).toBe(code);
});

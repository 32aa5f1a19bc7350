import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { recordAudit } from "~/modules/audit/record-audit.server";
import { verifyChain } from "~/modules/audit/verify-chain.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let intruder: Client;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  intruder = new Client({ connectionString: database.url });
  await intruder.connect();
});
afterAll(async () => {
  await intruder.end();
  await database.close();
});

const system = { kind: "system", name: "test" } as const;
const record = (n: number) => deps.db.$transaction((tx) => recordAudit(tx, system, { type: "case.noted", at: deps.clock(), n }));

/** What a database owner can do who switches the guards off. */
async function tamper(sql: string): Promise<void> {
  await intruder.query("SET session_replication_role = replica");
  await intruder.query(sql);
  await intruder.query("SET session_replication_role = origin");
}

beforeEach(async () => {
  await tamper(`TRUNCATE audit_entry, audit_link; UPDATE audit_head SET seq = 0, hash = sha256('trust-safety-console audit chain'::bytea)`);
  for (let n = 1; n <= 6; n += 1) await record(n);
});

const entryAt = (seq: number) => `(SELECT entry_id FROM audit_link WHERE seq = ${seq})`;

test("the chain the database writes is the chain the verifier expects", async () => {
  const report = await verifyChain(deps);
  expect(report).toMatchObject({ ok: true, checked: 6, findings: [] });
  expect(report.head?.seq).toBe(6);
});

test.each([
  ["a changed body", `UPDATE audit_entry SET body = replace(body, '"n":3', '"n":7') WHERE id = ${entryAt(3)}`, "tampered", 3],
  ["a changed actor", `UPDATE audit_entry SET actor_id = 'somebody else' WHERE id = ${entryAt(3)}`, "tampered", 3],
  ["a removed entry", `DELETE FROM audit_entry WHERE id = ${entryAt(3)}`, "removed", 3],
  ["a removed last entry and its link", `DELETE FROM audit_entry WHERE id = ${entryAt(6)}; DELETE FROM audit_link WHERE seq = 6`, "removed", 6],
  ["a rewritten entry with a matching link", `UPDATE audit_entry SET body = body || ' ' WHERE id = ${entryAt(4)};
    UPDATE audit_link SET hash = sha256(prev_hash || int8send(seq) || convert_to(entry_id || ':' || (SELECT body FROM audit_entry WHERE id = entry_id), 'UTF8')) WHERE seq = 4`, "reordered", 5],
])("finds %s and names it", async (_what, sql, fault, seq) => {
  await tamper(sql);
  const report = await verifyChain(deps);
  expect(report.ok).toBe(false);
  expect(report.findings.map((finding) => [finding.fault, finding.seq])).toEqual([[fault, seq]]);
});

test("finds two entries whose places were exchanged", async () => {
  await tamper(`UPDATE audit_link SET seq = -2 WHERE seq = 2; UPDATE audit_link SET seq = 2 WHERE seq = 5; UPDATE audit_link SET seq = 5 WHERE seq = -2`);
  const seqs = (await verifyChain(deps)).findings.map((finding) => finding.seq);
  expect(seqs).toContain(2);
  expect(seqs).toContain(5);
});

test("finds an entry put in past the chain", async () => {
  await tamper(`INSERT INTO audit_entry (id, at, type, actor_kind, body) VALUES ('00000000-0000-7000-8000-000000000000', now(), 'case.noted', 'system', '{}')`);
  expect((await verifyChain(deps)).findings).toMatchObject([{ fault: "unchained", entryId: "00000000-0000-7000-8000-000000000000" }]);
});

test("finds entries hidden behind a head that was turned back", async () => {
  await tamper(`UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_link WHERE seq = 4); UPDATE audit_entry SET body = replace(body, '"n":6', '"n":7') WHERE id = ${entryAt(6)}`);
  expect((await verifyChain(deps)).findings.map((finding) => [finding.fault, finding.seq])).toEqual([["tampered", 6], ["tampered", 4]]);
});

test("an anchor kept elsewhere contradicts a chain whose end was cut off", async () => {
  const { head } = await verifyChain(deps);
  expect((await verifyChain(deps, head!)).ok).toBe(true);
  await record(7);
  expect((await verifyChain(deps, head!)).ok).toBe(true);
  await tamper(`DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_link WHERE seq >= 5); DELETE FROM audit_link WHERE seq >= 5;
    UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_link WHERE seq = 4)`);
  expect((await verifyChain(deps)).ok).toBe(true);
  expect((await verifyChain(deps, head!)).findings).toMatchObject([{ fault: "removed", seq: 6 }]);
});

test("the application can neither change nor remove an entry, nor write a link", async () => {
  await expect(deps.db.auditEntry.updateMany({ data: { type: "case.closed" } })).rejects.toThrow(/permission denied/);
  await expect(deps.db.auditEntry.deleteMany()).rejects.toThrow(/permission denied/);
  await expect(deps.db.auditHead.updateMany({ data: { seq: 0n } })).rejects.toThrow(/permission denied/);
  await expect(deps.db.auditLink.deleteMany()).rejects.toThrow(/permission denied/);
});

test("even the owner of the tables is stopped by the trigger", async () => {
  await expect(intruder.query("UPDATE audit_entry SET type = 'case.closed'")).rejects.toThrow(/never change/);
  await expect(intruder.query("TRUNCATE audit_entry")).rejects.toThrow(/never change/);
});

test("entries written at once all stand in one chain", async () => {
  await Promise.all(Array.from({ length: 40 }, (_, n) => record(100 + n)));
  expect(await verifyChain(deps)).toMatchObject({ ok: true, checked: 46 });
});

test("an entry whose transaction fails leaves no trace", async () => {
  await expect(
    deps.db.$transaction(async (tx) => {
      await recordAudit(tx, system, { type: "case.noted", at: deps.clock() });
      throw new Error("stop");
    }),
  ).rejects.toThrow("stop");
  expect(await verifyChain(deps)).toMatchObject({ ok: true, checked: 6 });
});

/** Adds entries as anybody with SQL could, so many in one statement. */
const addedBy = (client: Client, from: number, to: number) =>
  client.query(
    `INSERT INTO audit_entry (id, at, type, actor_kind, body)
     SELECT id, at, 'case.noted', 'system', json_build_object('id', id, 'at', at, 'type', 'case.noted', 'actorKind', 'system', 'n', n)::text
       FROM (SELECT new_uuid7() AS id, date_trunc('milliseconds', now()) AS at, n FROM generate_series($1::int, $2::int) n OFFSET 0) entry`,
    [from, to],
  );
const linked = async (): Promise<number[]> => {
  const { rows } = await intruder.query<{ n: number }>("SELECT (e.body::json->>'n')::int AS n FROM audit_link l JOIN audit_entry e ON e.id = l.entry_id WHERE l.seq > 6 ORDER BY l.seq");
  return rows.map(({ n }) => n);
};

test("statements of one transaction are linked in their order, without what a savepoint took back, and nothing is left waiting", async () => {
  await intruder.query("BEGIN");
  await addedBy(intruder, 1, 3);
  await intruder.query("SAVEPOINT one");
  await addedBy(intruder, 10, 12);
  await intruder.query("ROLLBACK TO one");
  await addedBy(intruder, 4, 4);
  await intruder.query("SAVEPOINT two");
  await addedBy(intruder, 5, 6);
  await intruder.query("RELEASE two");
  await addedBy(intruder, 1, 0);
  await intruder.query("SET CONSTRAINTS ALL IMMEDIATE");
  await addedBy(intruder, 7, 8);
  await intruder.query("COMMIT");
  expect(await linked()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await verifyChain(deps)).toMatchObject({ ok: true, checked: 14 });
  expect((await intruder.query("SELECT FROM audit_pending")).rowCount).toBe(0);
});

test("the entries of a transaction stand together, whoever commits meanwhile", async () => {
  const other = new Client({ connectionString: database.url });
  await other.connect();
  try {
    await Promise.all([intruder, other].map((client) => client.query("BEGIN")));
    await addedBy(intruder, 1, 500);
    await addedBy(other, 501, 1_000);
    await addedBy(intruder, 1_001, 1_002);
    await Promise.all([other, intruder].map((client) => client.query("COMMIT")));
  } finally {
    await other.end();
  }
  const ofOther = Array.from({ length: 500 }, (_, n) => 501 + n);
  const ofIntruder = [...Array.from({ length: 500 }, (_, n) => 1 + n), 1_001, 1_002];
  expect([[...ofOther, ...ofIntruder], [...ofIntruder, ...ofOther]]).toContainEqual(await linked());
  expect(await verifyChain(deps)).toMatchObject({ ok: true, checked: 1_008 });
});

test("the application can neither name entries to be linked nor keep some from it", async () => {
  await expect(deps.db.$executeRaw`INSERT INTO audit_pending (entry_ids) VALUES ('{}')`).rejects.toThrow(/permission denied/);
  await expect(deps.db.auditPending.deleteMany()).rejects.toThrow(/permission denied/);
});

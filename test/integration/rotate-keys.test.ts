import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadConfig } from "~/infra/config.server";
import { buildDeps, closeDeps, type Deps } from "~/infra/deps.server";
import { newId } from "~/infra/id";
import { readWhole } from "~/infra/storage.server";
import { sealedColumns } from "~/infra/sealed-columns";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { aPlatform, anAccount } from "../factories/platform";
import { runCli } from "../support/cli";
import { testDatabase, testEnvironment, type TestDatabase } from "../support/database";

const key = (id: string, fill: string) => `${id}:${Buffer.alloc(32, fill).toString("base64")}`;
const [older, newer] = [key("demo-old", "old"), key("demo-new", "new")];

let database: TestDatabase;
let folder: string;
const open: Deps[] = [];

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "console-rotate-"));
});

afterAll(async () => {
  await Promise.all(open.map(closeDeps));
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const settings = (ring: string) => ({ ...testEnvironment(database.url, folder), FIELD_KEYS: ring });
async function depsWith(ring: string): Promise<Deps> {
  const deps = await buildDeps(loadConfig(settings(ring)), "test");
  open.push(deps);
  return deps;
}

test("the list of sealed columns is the one of the database", async () => {
  const deps = await depsWith(older);
  const found = await deps.db.$queryRaw<{ name: string }[]>`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND (column_name = 'sealed' OR column_name LIKE '%\\_sealed') ORDER BY 1`;
  expect(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort()).toEqual(found.map((row) => row.name).sort());
});

test("after a rotation the newest key alone opens values and files; run again, there is nothing to do", async () => {
  const before = await depsWith(older);
  const platform = await aPlatform(before);
  const account = await anAccount(before, platform.id);
  const at = before.clock().toJSDate();
  await before.db.$transaction(async (tx) => {
    for (let number = 0; number < 1_100; number++) {
      await addContact(tx, before.crypto, { accountId: account.id, kind: number % 2 ? "email" : "phone", value: number % 2 ? `a${number}@example.com` : `+1307555${1000 + number}`, createdAt: at });
    }
  }, { timeout: 60_000 });
  const reporterId = newId();
  await before.db.reporter.create({ data: { id: reporterId, platformId: platform.id, kind: "email", emailSealed: before.crypto.seal("ana@example.com", "reporter.email"), createdAt: at } });
  const file = await before.storage.put(Buffer.from("the evidence"));
  const report = { id: newId(), reference: "R-AAAA-0001", platformId: platform.id, channel: "form" as const, description: "x", contentHash: "x", receivedAt: at };
  await before.db.report.create({ data: report });
  await before.db.evidenceFile.create({ data: { id: newId(), reportId: report.id, sha256: file.sha256, size: file.size, mediaType: "text/plain", fileName: "a.txt", uploadedAt: at } });

  const rotated = await runCli(settings(`${newer},${older}`), "keys", "rotate", "--json");
  expect(rotated.code).toBe(0);
  expect(rotated.json()).toMatchObject({ keyId: "demo-new", values: { "account_contact.sealed": 1_100, "reporter.email_sealed": 1, "reporter.name_sealed": 0 }, files: 1, missingFiles: 0 });
  expect((await runCli(settings(`${newer},${older}`), "keys", "rotate", "--json")).json()).toMatchObject({ values: { "account_contact.sealed": 0, "reporter.email_sealed": 0 }, files: 0 });

  const after = await depsWith(newer);
  const reporter = await after.db.reporter.findUniqueOrThrow({ where: { id: reporterId } });
  expect(after.crypto.open(reporter.emailSealed!, "reporter.email")).toBe("ana@example.com");
  const contacts = await after.db.accountContact.findMany({ where: { accountId: account.id } });
  const opened = contacts.map((contact) => after.crypto.open(contact.sealed, `account.${contact.kind}`));
  expect(new Set(opened).size).toBe(1_100);
  expect((await readWhole(after.storage, file.key)).toString()).toBe("the evidence");
  expect(await after.db.auditEntry.count({ where: { type: "keys.rotated" } })).toBe(2);
}, 90_000);

import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newId } from "~/infra/id";
import type { Actor } from "~/modules/access/actor";
import { findMail, listMail, type MailFilter } from "~/modules/notices/mail-log.queries.server";
import { openNotice } from "~/modules/notices/open-notice.server";
import { readMail } from "~/modules/notices/read-mail.server";
import { stageNotice } from "~/modules/notices/stage-notice.server";
import { aPlatform } from "../factories/platform";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let analyst: Actor;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  deps = await database.deps();
  await deps.db.outboxMessage.deleteMany();
  await deps.db.notice.deleteMany();
  analyst = await createStaff(deps.db, ["analyst"]);
});

const token = "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-ABCDE";

async function written(platformId: string, to: string, template: "report_receipt" | "decision_reversed" = "report_receipt"): Promise<string> {
  const at = deps.clock();
  const statusUrl = `https://console.example/status/${token}`;
  const content =
    template === "report_receipt"
      ? { template, props: { reference: "R-7F3K-92QD", receivedAt: at.toJSDate(), statusUrl } }
      : { template, props: { reference: "R-7F3K-92QD", at: at.toJSDate(), outcome: "reversed" as const, statusUrl } };
  const { noticeId } = await deps.db.$transaction((tx) => stageNotice(tx, deps, { at, platformId, to, language: "en", about: {}, content, dedupeKey: newId() }));
  return noticeId;
}

const idsOf = async (filter: Omit<MailFilter, "limit">, limit = 100) => (await listMail(deps, { ...filter, limit })).map((row) => row.id);

test("pages hold every message once, newest first, also those written in the same instant", async () => {
  const { id } = await aPlatform(deps);
  const all: string[] = [];
  for (let n = 0; n < 23; n += 1) {
    if (n % 4 === 0) deps.clock.advance({ minutes: 1 });
    all.unshift(await written(id, `r${n}@mail.example`));
  }
  const seen: string[] = [];
  for (let after: string | undefined; ; after = seen.at(-1)) {
    const page = await idsOf({ after }, 5);
    if (page.length === 0) break;
    seen.push(...page);
  }
  expect(seen).toEqual(all);
  expect(await idsOf({ after: newId() })).toEqual([]);
});

test("the list is narrowed by state, message and platform", async () => {
  const [one, two] = [await aPlatform(deps), await aPlatform(deps)];
  const failed = await written(one.id, "a@mail.example");
  const reversed = await written(one.id, "b@mail.example", "decision_reversed");
  const elsewhere = await written(two.id, "c@mail.example");
  await deps.db.notice.update({ where: { id: failed }, data: { state: "failed", lastError: "550 unknown user a@mail.example" } });
  expect(await idsOf({ state: "failed" })).toEqual([failed]);
  expect(await idsOf({ kind: "decision_reversed" })).toEqual([reversed]);
  expect(await idsOf({ platformKey: two.key })).toEqual([elsewhere]);
  expect(await idsOf({ platformKey: one.key, state: "queued" })).toEqual([reversed]);
  expect(await idsOf({ platformKey: "no-such-platform" })).toEqual([]);
  expect((await findMail(deps, failed))?.lastAnswer).toBe("550 unknown user a…@mail.example");
});

test("the log names nobody; a whole address takes a reason, and both looks are on record", async () => {
  const { id: platformId } = await aPlatform(deps);
  const noticeId = await written(platformId, "ana@mail.example");
  expect((await listMail(deps, { limit: 1 }))[0]).toMatchObject({ to: "a…@mail.example", kind: "report_receipt", state: "queued" });

  const opened = await openNotice(deps, analyst, { noticeId });
  expect(opened).toMatchObject({ ok: true, notice: { to: "a…@mail.example" } });
  expect(opened.ok && opened.text).toContain("R-7F3K-92QD");
  expect(JSON.stringify(opened)).not.toContain(token);

  const read = await readMail(deps, analyst, { noticeId, reason: "The platform asks where it went." });
  expect(read).toMatchObject({ ok: true, to: "ana@mail.example" });
  const audit = await deps.db.auditEntry.findMany({ where: { type: { in: ["notice.opened", "notice.revealed"] } }, orderBy: { id: "asc" } });
  expect(audit.map((entry) => entry.type)).toEqual(["notice.opened", "notice.revealed"]);
  expect(JSON.stringify(audit)).not.toContain("ana@mail.example");
});

test("who may not read notices opens none, and an unknown one is refused", async () => {
  const { id: platformId } = await aPlatform(deps);
  const noticeId = await written(platformId, "ana@mail.example");
  expect(await openNotice(deps, { kind: "public" }, { noticeId })).toEqual({ ok: false, reason: "forbidden" });
  expect(await openNotice(deps, analyst, { noticeId: newId() })).toEqual({ ok: false, reason: "notice_unknown" });
});

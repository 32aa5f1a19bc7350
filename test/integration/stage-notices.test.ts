import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "~/infra/id";
import { leakGuard } from "~/modules/enforcement/check-leaks.server";
import { stageNotice, stageNotices, type NoticeDraft } from "~/modules/notices/stage-notice.server";
import { samplesIn } from "~/modules/notices/templates/samples";
import { anInvestigation, enforcers, type Investigation } from "../factories/investigation";
import { aPlatform } from "../factories/platform";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";
import { rehearsed } from "../bench/statements";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let found: Investigation;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  const { platformId: id, ana } = await enforcers(deps);
  platformId = id;
  found = await anInvestigation(deps, ana, { platformId });
});
afterAll(() => database.close());

const draft = (to: string, over: Partial<NoticeDraft> = {}): NoticeDraft =>
  ({ at: deps.clock(), platformId, to, language: "en", about: {}, content: { template: "report_outcome", props: samplesIn("en").report_outcome }, dedupeKey: newId(), ...over }) as NoticeDraft;
const stage = (drafts: readonly NoticeDraft[]) => deps.db.$transaction((tx) => stageNotices(tx, deps, drafts));
const queuedFor = async (noticeIds: readonly string[]) => {
  const rows = await deps.db.outboxMessage.findMany({ where: { topic: "notice.deliver" } });
  return noticeIds.map((noticeId) => rows.filter(({ payload }) => (payload as { noticeId: string }).noticeId === noticeId).length);
};

test("many are answered in their order, each frozen in its own words and delivered once", async () => {
  const other = await aPlatform(deps);
  const drafts = [
    draft("z@mail.example", { dedupeKey: "many:z" }),
    draft("a@mail.example", { dedupeKey: "many:a", language: "es" }),
    draft("m@mail.example", { dedupeKey: "many:m", platformId: other.id }),
    draft("c@mail.example", { dedupeKey: "many:c", platformId: null, about: { appealId: newId() } }),
  ];
  const staged = await stage(drafts);
  expect(staged.map((one) => one.staged)).toEqual([true, true, true, true]);
  for (const [index, { noticeId }] of staged.entries()) {
    const notice = await deps.db.notice.findUniqueOrThrow({ where: { id: noticeId } });
    const { to, platformId: from, language, about, at } = drafts[index]!;
    expect(deps.crypto.open(notice.addressSealed, "notice.address")).toBe(to);
    expect(notice).toMatchObject({ platformId: from, language, state: "queued", appealId: about.appealId ?? null, attempts: 0, createdAt: at.toJSDate() });
    expect(deps.crypto.open(notice.textSealed, "notice.text")).toContain(samplesIn("en").report_outcome.reference);
  }
  expect(await queuedFor(staged.map(({ noticeId }) => noticeId))).toEqual([1, 1, 1, 1]);
});

test("what was staged before, and what stands twice among them, is staged once", async () => {
  const before = await deps.db.$transaction((tx) => stageNotice(tx, deps, draft("ana@mail.example", { dedupeKey: "again" })));
  const staged = await stage([draft("ben@mail.example", { dedupeKey: "twice" }), draft("Ana@Mail.example", { dedupeKey: "again" }), draft("ben@mail.example", { dedupeKey: "twice" })]);
  expect(staged[1]).toEqual({ noticeId: before.noticeId, staged: false });
  expect(staged.map((one) => one.staged)).toEqual([true, false, false]);
  expect(staged[2]!.noticeId).toBe(staged[0]!.noticeId);
  expect(await queuedFor(staged.slice(0, 2).map(({ noticeId }) => noticeId))).toEqual([1, 1]);
});

test("two that stage the same occasions in opposite order at once both end, with each staged once", async () => {
  const keys = Array.from({ length: 40 }, (_none, index) => `crossing:${index}`);
  const drafts = keys.map((dedupeKey) => draft("ana@mail.example", { dedupeKey }));
  const rounds = await Promise.all([stage(drafts), stage(drafts.toReversed()), stage(drafts), stage(drafts.toReversed())]);
  const ids = rounds.map((staged, index) => (index % 2 ? staged.toReversed() : staged).map(({ noticeId }) => noticeId));
  for (const one of ids) expect(one).toEqual(ids[0]);
  expect(rounds.flat().filter(({ staged }) => staged)).toHaveLength(keys.length);
  expect(await queuedFor(ids[0]!)).toEqual(keys.map(() => 1));
});

test("one that leaks takes all of them with it", async () => {
  const content = { template: "action_ended", props: { ...samplesIn("en").action_ended, reason: "Ask Rosa Marin about it." } } as const;
  const guarded = (guard: ReturnType<typeof leakGuard>) => draft("owner@business.example", { content, guard, dedupeKey: "leaking" });
  const staging = deps.db.$transaction((tx) =>
    stageNotices(tx, deps, [draft("ana@mail.example", { dedupeKey: "beside a leak" }), guarded(leakGuard(tx, deps.crypto, { caseId: found.caseId, accountId: found.account.id }))]),
  );
  await expect(staging).rejects.toThrow("words nobody cleared: name");
  expect(await deps.db.notice.count({ where: { dedupeKey: { startsWith: "beside a leak" } } })).toBe(0);
});

test("a hundred take as many statements as two", async () => {
  const sent = async (count: number) => (await rehearsed(() => stage(Array.from({ length: count }, (_none, index) => draft(`r${index}@mail.example`))))).length;
  const two = await sent(2);
  expect(two).toBeGreaterThan(0);
  expect(await sent(100)).toBe(two);
});

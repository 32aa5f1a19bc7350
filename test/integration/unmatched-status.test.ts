import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { StaffActor } from "~/modules/access/actor";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { dismissUnmatched, matchAppeal } from "~/modules/appeals/settle-unmatched.server";
import { sweepUnmatchedSla } from "~/modules/appeals/sweep-unmatched-sla.server";
import { requireUnmatchedLink } from "~/modules/appeals/unmatched-link.server";
import { addContact } from "~/modules/platforms/account-contacts.server";
import { decided, must, openedNotices, type Decided } from "../factories/appealed";
import { enforcers } from "../factories/investigation";
import { sentByForm } from "../factories/public-appeal";
import { createReport, createReporter } from "../factories/report";
import { createStaff } from "../factories/staff";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

let database: TestDatabase;
let deps: TestDeps;
let platformId: string;
let ana: StaffActor;
let rita: StaffActor;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps();
  ({ platformId, ana } = await enforcers(deps));
  rita = await createStaff(deps.db, ["appeals_reviewer"], "Rita");
});
afterAll(() => database.close());
beforeEach(() => deps.clock.set("2026-11-20T21:00:00Z"));

/** Sends the form; the link of the acknowledgement, and the row. */
async function sent(email: string, over: { actionText?: string; language?: "en" | "es" } = {}) {
  must(await sentByForm(deps, { platformKey: "customerflows", actionText: over.actionText ?? "You suspended us", explanation: "We had consent for both messages.", idempotencyKey: randomUUID(), email }, over.language));
  const [mail, ...others] = await openedNotices(deps, { kind: "appeal_by_mail", addressHash: deps.crypto.lookup(email, "email") });
  expect(others).toEqual([]);
  const token = /\/appeal\/([\w-]{43})/.exec(mail!.text)![1]!;
  const { id } = await deps.db.unmatchedAppeal.findFirstOrThrow({ where: { emailHash: deps.crypto.lookup(email, "email") } });
  return { token, id, mail: mail! };
}

const shown = (token: string, asked: "en" | "es" | null = null) => requireUnmatchedLink({ deps, clientIp: "192.0.2.7" }, token, { locale: asked ?? "en", asked });
const actionReference = async ({ actionId }: Decided) => (await deps.db.action.findUniqueOrThrow({ where: { id: actionId } })).reference;

describe("whoever sent an appeal that fits no single action", () => {
  test("reads by the link in the acknowledgement that a person has it, and until when it is answered, in their language", async () => {
    const { token, mail } = await sent("clara@correo.example", { language: "es" });
    expect(mail.subject).toContain("Recibimos su mensaje");
    expect(await shown(token)).toMatchObject({ language: "es", platform: "CustomerFlows", due: { at: "2026-12-08T07:00:00.000Z", left: "10 días hábiles" }, stands: { at: "with_a_person" } });
    expect(await shown(token, "en")).toMatchObject({ language: "en", due: { left: "10 business days" } });
    expect(await openPrivateLink(deps, "account_standing", token)).toBeNull();
  });

  test("is led to the appeal once it is matched, if the link went to an address of the account", async () => {
    const one = await decided(deps, ana, platformId);
    const other = await decided(deps, ana, platformId);
    const email = "both@own-address.example";
    for (const { found } of [one, other]) await deps.db.$transaction((tx) => addContact(tx, deps.crypto, { accountId: found.account.id, kind: "email", value: email, createdAt: deps.clock().toJSDate() }));
    const { token, id } = await sent(email);
    const { reference } = must(await matchAppeal(deps, rita, { unmatchedId: id, actionReference: await actionReference(other) }));
    const appeal = await deps.db.appeal.findUniqueOrThrow({ where: { reference } });
    const { stands } = await shown(token);
    if (stands.at !== "filed") throw new Error(`it stands at ${stands.at}`);
    const [, standing, about] = /^\/standing\/([\w-]{43})#appeal-(.+)$/.exec(stands.appealUrl)!;
    expect(about).toBe(appeal.id);
    expect(await openPrivateLink(deps, "account_standing", standing!)).toMatchObject({ accountId: other.found.account.id });
  });

  test("is told nothing of an account when it is matched and the address is nobody's: all reads as before", async () => {
    const theirs = await decided(deps, ana, platformId);
    const { token, id } = await sent("stranger@nowhere.example");
    const before = await shown(token);
    must(await matchAppeal(deps, rita, { unmatchedId: id, actionReference: await actionReference(theirs) }));
    expect(await shown(token)).toEqual(before);
    expect(before.stands).toEqual({ at: "with_a_person" });
  });

  test("reads why it was put aside", async () => {
    const { token, id } = await sent("aside@nowhere.example");
    deps.clock.advance({ days: 1 });
    must(await dismissUnmatched(deps, rita, { unmatchedId: id, reason: "It names no measure of ours." }));
    expect(await shown(token)).toMatchObject({ stands: { at: "put_aside", reason: "It names no measure of ours.", settledAt: "2026-11-21T21:00:00.000Z" } });
  });

  test("and whoever guesses links is soon told to wait", async () => {
    const guess = (token: string) => requireUnmatchedLink({ deps, clientIp: "192.0.2.99" }, token, { locale: "es", asked: null }).then(() => 200, (thrown: Response) => thrown.status);
    const { token } = await sent("guessed@nowhere.example");
    expect(await guess(token)).toBe(200);
    const answers: number[] = [];
    for (let n = 0; n < 200 && answers.at(-1) !== 429; n += 1) answers.push(await guess(`${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`));
    expect([answers[0], answers.at(-1)]).toEqual([404, 429]);
    expect(await guess(token)).toBe(429);
  });
});

describe("the reason an appeal is put aside", () => {
  const reported = "They sent me three offers a night although I had told them to stop in March.";

  async function aboutReported(email: string) {
    const on = await decided(deps, ana, platformId);
    const reporter = await createReporter(deps, platformId, `${email.split("@")[0]}.quentin@whitlock.example`);
    await deps.db.reporter.update({ where: { id: reporter.id }, data: { nameSealed: deps.crypto.seal("Quentin Whitlock", "reporter.name") } });
    await createReport(deps, { platformId, accountId: on.found.account.id, reporterId: reporter.id, description: reported });
    return sent(email, { actionText: `You suspended us, ${await actionReference(on)}` });
  }
  const leaksOf = (refused: { detail?: Record<string, unknown> }) => (refused.detail!.leaks as { kind: string; token: string }[]);

  test.each<[string, string]>([
    ["email", "Write to quentin@whitlock.example about it."],
    ["name", "Whitlock has to agree before we do anything."],
    ["quotation", "We know: they sent me three offers a night although I had told them to stop."],
    ["report_id", "It belongs to R-9M3X-K2QF and not to you."],
    ["phone", "Ring +44 20 7946 0958 instead of us."],
  ])("goes to nobody with somebody's %s in it", async (kind, reason) => {
    const { id, token } = await aboutReported(`${kind}@leak.example`);
    const refused = await dismissUnmatched(deps, rita, { unmatchedId: id, reason });
    expect(refused).toMatchObject({ ok: false, reason: "leak_to_stranger" });
    expect(leaksOf(refused as never).map((leak) => leak.kind)).toContain(kind);
    expect(await shown(token)).toMatchObject({ stands: { at: "with_a_person" } });
  });

  test("names no account its sender has not named, though it is the one their address belongs to", async () => {
    const { id } = await aboutReported("business@leak.example");
    const [account] = await deps.db.account.findMany({ where: { platformId }, orderBy: { id: "desc" }, take: 1 });
    await deps.db.account.update({ where: { id: account!.id }, data: { businessName: "Larkspur Tanning" } });
    const reason = "This is about Larkspur Tanning, which is not yours.";
    const refused = await dismissUnmatched(deps, rita, { unmatchedId: id, reason });
    expect(leaksOf(refused as never)).toMatchObject([{ kind: "name", found: "Larkspur Tanning" }]);
    await deps.db.unmatchedAppeal.update({ where: { id }, data: { explanation: "I speak for larkspur tanning and want it back." } });
    expect(must(await dismissUnmatched(deps, rita, { unmatchedId: id, reason })).told).toBe(true);
  });

  test("goes once a person answers for words that mean something else, which the trail keeps", async () => {
    const { id } = await aboutReported("answers@leak.example");
    const reason = "The Whitlock rules of 1904 are not ours to judge.";
    const refused = await dismissUnmatched(deps, rita, { unmatchedId: id, reason });
    const confirmed = leaksOf(refused as never).map(({ token }) => ({ token, reason: "A law of that name, not a person." }));
    expect(must(await dismissUnmatched(deps, rita, { unmatchedId: id, reason, confirmed })).told).toBe(true);
    expect(await deps.db.auditEntry.count({ where: { type: "leak.confirmed", body: { contains: id } } })).toBe(1);
  });
});

test("colleagues are warned of it in time, however many others wait for their own next mark before it", async () => {
  const { id } = await sent("dora@elsewhere.example");
  await sweepUnmatchedSla(deps);
  const { id: _own, ...first } = await deps.db.unmatchedAppeal.findUniqueOrThrow({ where: { id } });
  expect(first.dueAt).toEqual(new Date("2026-12-08T07:00:00Z"));
  const crowd = Array.from({ length: 250 }, () => ({ ...first, id: randomUUID(), warnedAt: first.receivedAt, dueAt: new Date("2026-12-07T07:00:00Z") }));
  await deps.db.unmatchedAppeal.createMany({ data: crowd });
  deps.clock.set("2026-11-30T07:00:00Z");
  await sweepUnmatchedSla(deps);
  expect(await deps.db.unmatchedAppeal.findUniqueOrThrow({ where: { id } })).toMatchObject({ warnedAt: new Date("2026-11-30T07:00:00Z"), urgedAt: null });
});

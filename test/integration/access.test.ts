import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { acceptInvite } from "~/modules/access/accept-invite.server";
import type { Actor } from "~/modules/access/actor";
import { changePassword } from "~/modules/access/change-password.server";
import { changeRoles } from "~/modules/access/change-roles.server";
import { createStaff } from "~/modules/access/create-staff.server";
import { currentSession } from "~/modules/access/current-session.server";
import { disableStaff } from "~/modules/access/disable-staff.server";
import { confirmTotpEnrolment, startTotpEnrolment } from "~/modules/access/enrol-totp.server";
import { inviteStaff, resetStaffAccess } from "~/modules/access/invite-staff.server";
import { knownDevice } from "~/modules/access/known-device.server";
import type { Role } from "~/modules/access/permissions";
import { requireStaff } from "~/modules/access/require-staff.server";
import { revokeSessions } from "~/modules/access/revoke-sessions.server";
import { sessionCookie } from "~/modules/access/session-cookie";
import { signIn } from "~/modules/access/sign-in.server";
import { signOut } from "~/modules/access/sign-out.server";
import { verifySecondFactor } from "~/modules/access/verify-second-factor.server";
import { testDatabase, type TestDatabase, type TestDeps } from "../support/database";

const operator: Actor = { kind: "system", name: "cli" };
const password = "river stone lantern";
const agent = { cookie: null, userAgent: "test", clientIp: "192.0.2.1" };
let database: TestDatabase;
let deps: TestDeps;
let people = 0;

beforeAll(async () => {
  database = await testDatabase();
  deps = await database.deps("2026-11-20T21:00:00Z");
});
afterAll(() => database.close());

const asking = (token: string | null, path = "/queue", method = "GET") =>
  new Request(`http://localhost${path}`, { method, headers: token ? { cookie: sessionCookie(token).split(";")[0]! } : {} });
const sessionOf = async (token: string) => {
  const session = await currentSession(deps, asking(token));
  if (!session) throw new Error("no session");
  return session;
};
const codeOf = (secret: string, offset = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: deps.clock().toMillis() + offset * 30_000 });
const must = <T extends { ok: boolean }>(result: T) => {
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result as Extract<T, { ok: true }>;
};

async function hire(roles: Role[] = ["analyst"]) {
  const email = `person${++people}@example.com`;
  const created = must(await createStaff(deps, operator, { email, name: "Noor Haddad", roles }));
  return { ...created, email, link: created.inviteUrl.split("/").at(-1)! };
}

/** A person who accepted the invitation and enrolled: the whole first day. */
async function settle(roles: Role[] = ["analyst"]) {
  const person = await hire(roles);
  const accepted = must(await acceptInvite(deps, { token: person.link, password, userAgent: null }));
  const { secret } = must(await startTotpEnrolment(deps, await sessionOf(accepted.token)));
  const enrolled = must(await confirmTotpEnrolment(deps, await sessionOf(accepted.token), { code: codeOf(secret), userAgent: null }));
  deps.clock.advance({ minutes: 2 });
  return { ...person, secret, device: enrolled.device, token: enrolled.token, recoveryCodes: enrolled.recoveryCodes, pendingToken: accepted.token };
}

async function signInFully(person: { email: string; secret: string }) {
  deps.clock.advance({ seconds: 60 });
  const first = must(await signIn(deps, { email: person.email, password }, agent));
  return must(await verifySecondFactor(deps, await sessionOf(first.token), { code: codeOf(person.secret), userAgent: null, cookie: null })).token;
}

const auditTypes = async (staffId: string) =>
  (await deps.db.auditEntry.findMany({ where: { OR: [{ actorId: staffId }, { body: { contains: staffId } }] }, orderBy: { id: "asc" } })).map((entry) => entry.type);

test("from invitation to enrolled: each step opens only the next", async () => {
  const person = await hire(["lead"]);
  expect(await signIn(deps, { email: person.email, password }, agent)).toEqual({ ok: false, reason: "wrong_credentials" });
  const mail = await deps.db.notice.findFirstOrThrow({ where: { kind: "staff_invite" }, orderBy: { createdAt: "desc" } });
  expect(deps.crypto.open(mail.addressSealed, "notice.address")).toBe(person.email);
  expect(deps.crypto.open(mail.textSealed, "notice.text")).toContain(person.inviteUrl);
  const accepted = must(await acceptInvite(deps, { token: person.link, password, userAgent: null }));
  expect(accepted.next).toBe("enrolment");
  expect(await acceptInvite(deps, { token: person.link, password, userAgent: null })).toMatchObject({ reason: "link_spent" });

  const refused = await requireStaff(asking(accepted.token, "/cases/C-1?tab=a"), { deps }).catch((thrown: Response) => thrown);
  expect(refused).toMatchObject({ status: 302 });
  expect((refused as Response).headers.get("location")).toBe("/enrol?next=%2Fcases%2FC-1%3Ftab%3Da");

  const pending = await sessionOf(accepted.token);
  const started = must(await startTotpEnrolment(deps, pending));
  expect(must(await startTotpEnrolment(deps, pending)).secret).toBe(started.secret);
  expect(await confirmTotpEnrolment(deps, pending, { code: codeOf(started.secret, 5), userAgent: null })).toMatchObject({ reason: "wrong_code" });
  const enrolled = must(await confirmTotpEnrolment(deps, pending, { code: codeOf(started.secret), userAgent: null }));
  expect(enrolled.recoveryCodes).toHaveLength(10);
  expect(await currentSession(deps, asking(accepted.token))).toBeNull();
  expect(await requireStaff(asking(enrolled.token), { deps }, "decision:approve")).toMatchObject({ id: person.staffId, roles: ["lead"] });
  expect(await startTotpEnrolment(deps, await sessionOf(enrolled.token))).toMatchObject({ reason: "already_enrolled" });

  const stored = await deps.db.staff.findUniqueOrThrow({ where: { id: person.staffId }, include: { sessions: true } });
  const everything = JSON.stringify(stored, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  for (const secret of [password, started.secret, enrolled.token, person.link, ...enrolled.recoveryCodes]) expect(everything).not.toContain(secret);
  expect(await auditTypes(person.staffId)).toEqual([
    "staff.created", "staff.sign_in_refused", "staff.invite_accepted", "staff.second_factor_enrolled",
  ]);
});

test("an invitation dies of age, of a newer one and with its person", async () => {
  const late = await hire();
  deps.clock.advance({ days: 7 });
  expect(await acceptInvite(deps, { token: late.link, password, userAgent: null })).toMatchObject({ reason: "link_spent" });
  const renewed = must(await inviteStaff(deps, operator, { staffId: late.staffId }));
  const newest = must(await inviteStaff(deps, operator, { staffId: late.staffId }));
  expect(await acceptInvite(deps, { token: renewed.inviteUrl.split("/").at(-1)!, password, userAgent: null })).toMatchObject({ reason: "link_spent" });
  const link = newest.inviteUrl.split("/").at(-1)!;
  expect(await acceptInvite(deps, { token: link, password: "Noor Haddad's own", userAgent: null })).toMatchObject({ reason: "password_names_owner" });
  must(await disableStaff(deps, operator, { staffId: late.staffId }));
  expect(await acceptInvite(deps, { token: link, password, userAgent: null })).toMatchObject({ reason: "link_spent" });
});

test("a code signs in once, also when it is sent twice at once, and an older one never after it", async () => {
  const person = await settle();
  const first = must(await signIn(deps, { email: ` ${person.email.toUpperCase()} `, password }, agent));
  expect(first.next).toBe("second_factor");
  const second = must(await signIn(deps, { email: person.email, password }, agent));
  const sessions = [await sessionOf(first.token), await sessionOf(second.token)];
  const code = codeOf(person.secret);
  const answers = await Promise.all(sessions.map((session) => verifySecondFactor(deps, session, { code, userAgent: null, cookie: null })));
  expect(answers.map((answer) => answer.ok).sort()).toEqual([false, true]);

  const third = must(await signIn(deps, { email: person.email, password }, agent));
  for (const used of [code, codeOf(person.secret, -1)]) {
    expect(await verifySecondFactor(deps, await sessionOf(third.token), { code: used, userAgent: null, cookie: null })).toMatchObject({ reason: "wrong_code" });
  }
  expect(must(await verifySecondFactor(deps, await sessionOf(third.token), { code: codeOf(person.secret, 1), userAgent: null, cookie: null })).recoveryCodesLeft).toBeNull();
  expect(await currentSession(deps, asking(third.token))).toBeNull();
});

test("a recovery code stands in for the phone, once", async () => {
  const person = await settle();
  const [code] = person.recoveryCodes;
  const pending = await sessionOf(must(await signIn(deps, { email: person.email, password }, agent)).token);
  expect(must(await verifySecondFactor(deps, pending, { code: code!.toLowerCase(), userAgent: null, cookie: null })).recoveryCodesLeft).toBe(9);
  const again = await sessionOf(must(await signIn(deps, { email: person.email, password }, agent)).token);
  expect(await verifySecondFactor(deps, again, { code: code!, userAgent: null, cookie: null })).toMatchObject({ reason: "wrong_code" });
});

test("nobody can tell an unknown address, a wrong password and a disabled person apart", async () => {
  const person = await settle();
  const gone = await settle();
  must(await disableStaff(deps, operator, { staffId: gone.staffId }));
  const attempts = [
    { email: "nobody@example.com", password },
    { email: person.email, password: "not the password at all" },
    { email: gone.email, password },
  ];
  for (const attempt of attempts) expect(await signIn(deps, attempt, agent)).toEqual({ ok: false, reason: "wrong_credentials" });
  // Work done, not time passed: other processes do not show in it.
  const times: Record<string, number[]> = { "nobody@example.com": [], [person.email]: [] };
  for (let round = 0; round < 8; round++) {
    for (const [email, taken] of Object.entries(times)) {
      const start = process.cpuUsage();
      await signIn(deps, { email, password: "not the password at all" }, agent);
      const { user, system } = process.cpuUsage(start);
      taken.push(user + system);
    }
  }
  const [unknown, known] = Object.values(times).map((taken) => Math.min(...taken)) as [number, number];
  expect(Math.max(unknown, known) / Math.min(unknown, known)).toBeLessThan(2);
});

test("signing in closes the session the browser came with", async () => {
  const person = await settle();
  const old = await signInFully(person);
  const again = must(await signIn(deps, { email: person.email, password }, { ...agent, cookie: `a=b; ${sessionCookie(old)}` }));
  expect(await currentSession(deps, asking(old))).toBeNull();
  expect(await sessionOf(again.token)).toMatchObject({ stage: "second_factor" });
});

test("sessions end when revoked, signed out, idle, too old, and with the person's access", async () => {
  const person = await settle();
  const boss = (await sessionOf((await settle(["admin"])).token)).actor;
  const live = async (token: string) => (await currentSession(deps, asking(token))) !== null;

  let token = await signInFully(person);
  const other = await signInFully(person);
  must(await revokeSessions(deps, boss, { staffId: person.staffId, except: (await sessionOf(other)).id }));
  expect([await live(token), await live(other)]).toEqual([false, true]);
  await signOut(deps, await sessionOf(other));
  expect(await live(other)).toBe(false);

  token = await signInFully(person);
  deps.clock.advance({ minutes: 59 });
  expect(await live(token)).toBe(true);
  deps.clock.advance({ minutes: 60 });
  expect(await live(token)).toBe(false);

  token = await signInFully(person);
  for (let i = 0; i < 14; i++) {
    deps.clock.advance({ minutes: 50 });
    expect(await live(token)).toBe(true);
  }
  deps.clock.advance({ minutes: 21 });
  expect(await live(token)).toBe(false);

  token = await signInFully(person);
  const kept = await signInFully(person);
  must(await changePassword(deps, await sessionOf(kept), { current: password, password: "a new and better one" }));
  expect([await live(token), await live(kept)]).toEqual([false, true]);
  must(await resetStaffAccess(deps, boss, { staffId: person.staffId }));
  expect(await live(kept)).toBe(false);
  expect(await signIn(deps, { email: person.email, password: "a new and better one" }, agent)).toMatchObject({ reason: "wrong_credentials" });
});

test("an analyst manages nobody, and a changed role counts from the next request", async () => {
  const person = await settle(["analyst"]);
  const { actor } = await sessionOf(person.token);
  const victim = await settle(["lead"]);
  const refusals = await Promise.all([
    createStaff(deps, actor, { email: "x@example.com", name: "X Y", roles: ["admin"] }),
    inviteStaff(deps, actor, { staffId: victim.staffId }),
    resetStaffAccess(deps, actor, { staffId: victim.staffId }),
    changeRoles(deps, actor, { staffId: person.staffId, roles: ["admin"] }),
    disableStaff(deps, actor, { staffId: victim.staffId }),
    revokeSessions(deps, actor, { staffId: victim.staffId }),
  ]);
  for (const refusal of refusals) expect(refusal).toEqual({ ok: false, reason: "forbidden" });
  const forbidden = await requireStaff(asking(person.token), { deps }, "staff:manage").catch((thrown: Response) => thrown);
  expect(forbidden).toMatchObject({ status: 403 });
  must(await changeRoles(deps, operator, { staffId: person.staffId, roles: ["admin"] }));
  expect(await requireStaff(asking(person.token), { deps }, "staff:manage")).toMatchObject({ roles: ["admin"] });
  must(await changeRoles(deps, operator, { staffId: person.staffId, roles: ["analyst"] }));
});

test("the last admin stays, also when two remove each other at the same moment", async () => {
  await deps.db.staff.updateMany({ where: { roles: { has: "admin" } }, data: { disabledAt: deps.clock().toJSDate() } });
  const [one, two] = [await settle(["admin"]), await settle(["admin"])];
  await hire(["admin"]);
  const answers = await Promise.all([
    disableStaff(deps, operator, { staffId: one.staffId }),
    changeRoles(deps, operator, { staffId: two.staffId, roles: ["analyst"] }),
  ]);
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  expect(answers.filter((answer) => !answer.ok)).toEqual([{ ok: false, reason: "last_admin" }]);
});

test("two people cannot share an address, however it is spelled", async () => {
  const person = await hire();
  const again = await createStaff(deps, operator, { email: person.email.toUpperCase(), name: "Somebody Else", roles: ["lead"] });
  expect(again).toEqual({ ok: false, reason: "email_taken" });
});

test("demo people sign in without a second factor, and not at all where DEMO is off", async () => {
  const person = await settle();
  await deps.db.staff.update({ where: { id: person.staffId }, data: { demo: true, totpSealed: null, totpEnrolledAt: null } });
  const signedIn = must(await signIn(deps, { email: person.email, password }, agent));
  expect(signedIn.next).toBe("complete");
  expect(await requireStaff(asking(signedIn.token), { deps })).toMatchObject({ id: person.staffId });
  const strict = await database.deps(deps.clock().toISO(), { DEMO: "0" });
  expect(await signIn(strict, { email: person.email, password }, agent)).toMatchObject({ reason: "wrong_credentials" });
  expect(await currentSession(strict, asking(signedIn.token))).toBeNull();
});

test("ten wrong passwords close an account to guessing for a while, whether it exists or not", async () => {
  const person = await settle();
  for (const email of [person.email, "not-there@example.com"]) {
    const from = { ...agent, clientIp: email === person.email ? "192.0.2.2" : "192.0.2.3" };
    for (let i = 0; i < 10; i++) expect(await signIn(deps, { email, password: `wrong guess ${i}` }, from)).toMatchObject({ reason: "wrong_credentials" });
    expect(await signIn(deps, { email, password }, from)).toMatchObject({ ok: false, reason: "rate_limited" });
  }
});

test("a stranger's guesses do not keep the owner out, who comes from another network", async () => {
  const person = await settle();
  const from = { ...agent, clientIp: "2001:db8:6:6::1" };
  for (let i = 0; i < 11; i++) await signIn(deps, { email: person.email, password: `wrong guess ${i}` }, { ...from, clientIp: `2001:db8:6:6::${i}` });
  expect(await signIn(deps, { email: person.email, password }, from)).toMatchObject({ reason: "rate_limited" });
  expect((await signIn(deps, { email: person.email, password }, { ...agent, clientIp: "198.51.100.40" })).ok).toBe(true);
});

/** The cookie a browser keeps, from what a complete sign-in set. */
const kept = (device: string) => device.split(";")[0]!;

/** Guesses from so many networks that the account is guessed at from anywhere. */
async function crowd(email: string) {
  for (let n = 0; n < 300; n++) await deps.limits.take("sign-in.account-anywhere", email);
}

test("guessing from many networks is slowed down, and keeps nobody out who comes from a network of their own", async () => {
  const person = await settle();
  await crowd(person.email);
  const guess = (clientIp: string) => signIn(deps, { email: person.email, password: "a wrong guess" }, { ...agent, clientIp });
  const bots = ["198.51.100.41", "198.51.100.42", "198.51.100.43"];
  for (const clientIp of bots) for (let n = 0; n < 2; n++) expect(await guess(clientIp)).toMatchObject({ reason: "wrong_credentials" });
  for (const clientIp of bots) expect(await guess(clientIp)).toMatchObject({ reason: "rate_limited" });
  expect((await signIn(deps, { email: person.email, password }, { ...agent, clientIp: "198.51.100.50" })).ok).toBe(true);
});

test("a browser signed in with before gets in whatever is guessed elsewhere, also from its own network", async () => {
  const person = await settle();
  const cookie = kept(person.device);
  const clientIp = "198.51.100.60";
  await crowd(person.email);
  for (let n = 0; n < 50; n++) await deps.limits.take("sign-in.network", clientIp);
  expect(await signIn(deps, { email: person.email, password }, { ...agent, clientIp })).toMatchObject({ reason: "rate_limited" });
  expect((await signIn(deps, { email: person.email, password }, { ...agent, clientIp, cookie })).ok).toBe(true);
});

test("a known browser is held to its own tries, and is no help against anybody else", async () => {
  const [person, colleague] = [await settle(), await settle()];
  const from = { ...agent, clientIp: "198.51.100.61", cookie: kept(person.device) };
  for (let n = 0; n < 10; n++) expect(await signIn(deps, { email: person.email, password: `wrong guess ${n}` }, from)).toMatchObject({ reason: "wrong_credentials" });
  expect(await signIn(deps, { email: person.email, password }, from)).toMatchObject({ reason: "rate_limited" });
  expect((await signIn(deps, { email: person.email, password }, { ...from, cookie: null })).ok).toBe(true);
  await crowd(colleague.email);
  for (let n = 0; n < 2; n++) await signIn(deps, { email: colleague.email, password: "a wrong guess" }, from);
  expect(await signIn(deps, { email: colleague.email, password }, from)).toMatchObject({ reason: "rate_limited" });
});

test.each<[string, (cookie: string, person: { email: string; staffId: string; token: string }) => Promise<string>]>([
  ["a changed password", async (cookie, { token }) => (must(await changePassword(deps, await sessionOf(token), { current: password, password: "another river stone" })), cookie)],
  ["half a year", async (cookie) => (deps.clock.advance({ days: 181 }), cookie)],
  ["a changed bit", async (cookie) => cookie.replace(/.$/, (last) => (last === "A" ? "B" : "A")).replace(/=(.)/, (_all, first: string) => `=${first === "A" ? "B" : "A"}`)],
  ["another person's name on it", async (cookie) => cookie.replace(/-[0-9a-f]{12}=/, "-000000000000=")],
])("a known browser ends with %s", async (_what, change) => {
  const before = deps.clock();
  const person = await settle();
  const cookie = await change(kept(person.device), person);
  const { passwordHash } = await deps.db.staff.findUniqueOrThrow({ where: { id: person.staffId } });
  expect(knownDevice(deps.crypto, { id: person.staffId, passwordHash }, `a=b; ${cookie}`, deps.clock())).toBeNull();
  deps.clock.set(before.toISO());
});

test("whoever learned the password cannot close the second factor to a browser used before", async () => {
  const person = await settle();
  const pending = async (cookie: string | null) => sessionOf(must(await signIn(deps, { email: person.email, password }, { ...agent, clientIp: "198.51.100.70", cookie })).token);
  const thief = await pending(null);
  for (let n = 0; n < 7; n++) await verifySecondFactor(deps, thief, { code: codeOf(person.secret, 100 + n), userAgent: null, cookie: null });
  expect(await verifySecondFactor(deps, thief, { code: codeOf(person.secret), userAgent: null, cookie: null })).toMatchObject({ reason: "rate_limited" });
  const cookie = kept(person.device);
  expect(await verifySecondFactor(deps, await pending(cookie), { code: codeOf(person.secret), userAgent: null, cookie })).toMatchObject({ ok: true, device: expect.stringContaining("__Host-device-") });
});

test("six wrong codes close the second factor, also to the right one", async () => {
  const person = await settle();
  const pending = await sessionOf(must(await signIn(deps, { email: person.email, password }, agent)).token);
  for (let i = 0; i < 6; i++) {
    expect(await verifySecondFactor(deps, pending, { code: codeOf(person.secret, 100 + i), userAgent: null, cookie: null })).toMatchObject({ reason: "wrong_code" });
  }
  expect(await verifySecondFactor(deps, pending, { code: codeOf(person.secret), userAgent: null, cookie: null })).toMatchObject({ reason: "rate_limited" });
});

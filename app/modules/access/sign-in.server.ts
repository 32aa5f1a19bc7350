import { networkOf } from "~/infra/http/rate-limit.server";
import { normaliseEmail } from "~/infra/normalise";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Refusal, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffActor } from "./actor";
import { deviceCookie, knownDevice } from "./known-device.server";
import { hashPassword, needsRehash, passwordMatches } from "./password.server";
import { roles, type Role } from "./permissions";
import { sessionTokenIn } from "./session-cookie";
import { findSession, insertSession } from "./session.repo.server";
import type { SignInInput } from "./sign-in.schema";

/** `device`: the cookie that makes the browser known, once the sign-in is complete. */
export type SignedIn = { token: string; actor: StaffActor; device: string | null; next: "complete" | "second_factor" | "enrolment" };

/**
 * The first step of signing in: the password.
 *
 * An unknown address, a wrong password, a disabled person and one who never accepted the invitation get the same answer
 * after the same work. A new session is opened each time and the one the browser came with is closed, so that an id
 * planted before sign-in is worth nothing after it.
 */
export async function signIn(
  deps: Deps,
  input: SignInInput,
  from: { cookie: string | null; userAgent: string | null; clientIp: string },
): Promise<Result<SignedIn, "wrong_credentials" | "rate_limited">> {
  const now = deps.clock();
  const staff = await deps.db.staff.findUnique({ where: { email: normaliseEmail(input.email) } });
  const device = staff && knownDevice(deps.crypto, staff, from.cookie, now);
  const limited = await overLimit(deps, input.email, from.clientIp, device);
  if (limited) return limited;
  const admitted = staff !== null && !staff.disabledAt && (!staff.demo || deps.config.demo);
  const matches = await passwordMatches((admitted && staff.passwordHash) || null, input.password);
  if (!matches || !staff?.passwordHash) {
    await deps.limits.take("sign-in.network", from.clientIp);
    await deps.db.$transaction((tx) =>
      recordAudit(tx, { kind: "public" }, { type: "staff.sign_in_refused", at: now, staffId: staff?.id ?? null, step: "password" }),
    );
    return refuse("wrong_credentials");
  }
  await deps.limits.forget("sign-in.account", accountFrom(input.email, from.clientIp));
  await deps.limits.forget("sign-in.account-anywhere", normaliseEmail(input.email));
  if (device) await deps.limits.forget("sign-in.device", device);
  const rehashed = needsRehash(staff.passwordHash) ? await hashPassword(input.password) : null;
  const held = roles.filter((role): role is Role => staff.roles.includes(role));
  const actor: StaffActor = { kind: "staff", id: staff.id, name: staff.name, roles: held };
  const verified = staff.demo;
  return deps.db.$transaction(async (tx) => {
    if (rehashed) await tx.staff.update({ where: { id: staff.id }, data: { passwordHash: rehashed } });
    const old = sessionTokenIn(from.cookie);
    const previous = old && (await findSession(tx, deps.crypto, old));
    if (previous) await tx.session.updateMany({ where: { id: previous.id, revokedAt: null }, data: { revokedAt: now.toJSDate() } });
    const { id, token } = await insertSession(tx, deps.crypto, { staffId: staff.id, verified, userAgent: from.userAgent, now });
    await recordAudit(tx, actor, { type: verified ? "staff.signed_in" : "staff.password_accepted", at: now, sessionId: id });
    const knows = verified ? deviceCookie(deps.crypto, { id: staff.id, passwordHash: rehashed ?? staff.passwordHash }, now) : null;
    return { ok: true, token, actor, device: knows, next: verified ? "complete" : staff.totpEnrolledAt ? "second_factor" : "enrolment" };
  });
}

/**
 * A try at an account counts before its password is looked at, so that many at once do not slip through together; the
 * right password forgets them. Nobody may keep the owner out by guessing: the limit that closes is the account's for one
 * network; where many networks guess together, each has fewer tries, and one that did not guess still has its own; and a
 * browser the owner has used before is counted by itself alone. A network address is charged with failures alone, since a
 * whole office may share one.
 */
async function overLimit(deps: Deps, email: string, clientIp: string, device: string | null): Promise<Refusal<"rate_limited"> | null> {
  if (device) {
    const own = await deps.limits.take("sign-in.device", device);
    return own.ok ? null : own;
  }
  const network = await deps.limits.check("sign-in.network", clientIp);
  if (!network.ok) return network;
  const account = await deps.limits.take("sign-in.account", accountFrom(email, clientIp));
  if (!account.ok) return account;
  const anywhere = await deps.limits.take("sign-in.account-anywhere", normaliseEmail(email));
  if (anywhere.ok) return null;
  const crowded = await deps.limits.take("sign-in.account-crowded", accountFrom(email, clientIp));
  return crowded.ok ? null : crowded;
}

const accountFrom = (email: string, clientIp: string): string => `${normaliseEmail(email)} ${networkOf(clientIp)}`;

import type { DateTime } from "luxon";
import type { FieldCrypto } from "~/infra/crypto.server";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffSession } from "./current-session.server";
import { deviceCookie, knownDevice } from "./known-device.server";
import { normaliseRecoveryCode } from "./recovery-codes";
import { insertSession } from "./session.repo.server";
import { lockStaff, type LockedStaff } from "./staff.repo.server";
import { acceptedStep } from "./totp";

/** `device`: the cookie that makes the browser known. */
export type Verified = { token: string; device: string; recoveryCodesLeft: number | null };

/**
 * The second step of signing in: a code of the authenticator app or a recovery code, each good once.
 *
 * The person's row is locked while the code is judged, so the same code sent twice at once is accepted once. Wrong codes of a
 * browser the person has used before count by themselves, so that whoever learned the password cannot keep them out. The session that had only the password is closed and a complete one opened under a new id.
 */
export async function verifySecondFactor(
  deps: Deps,
  session: StaffSession,
  input: { code: string; userAgent: string | null; cookie: string | null },
): Promise<Result<Verified, "wrong_code" | "not_enrolled" | "rate_limited">> {
  const now = deps.clock();
  if (session.stage !== "second_factor") return refuse("not_enrolled");
  const { passwordHash } = await deps.db.staff.findUniqueOrThrow({ where: { id: session.actor.id }, select: { passwordHash: true } });
  const device = knownDevice(deps.crypto, { id: session.actor.id, passwordHash }, input.cookie, now);
  const tries = device ? `${session.actor.id} ${device}` : session.actor.id;
  const tried = await deps.limits.take("sign-in.second-factor", tries);
  if (!tried.ok) return tried;
  const verified = await judgeCode(deps, session, input, now);
  if (verified.ok) await deps.limits.forget("sign-in.second-factor", tries);
  return verified;
}

function judgeCode(
  deps: Deps,
  session: StaffSession,
  input: { code: string; userAgent: string | null },
  now: DateTime,
): Promise<Result<Verified, "wrong_code" | "not_enrolled">> {
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, session.actor.id);
    if (!staff?.totpSealed || !staff.totpEnrolledAt || staff.disabled) return refuse("not_enrolled");
    const used = await useCode(tx, deps.crypto, staff, input.code, now);
    if (!used) {
      await recordAudit(tx, { kind: "public" }, { type: "staff.sign_in_refused", at: now, staffId: staff.id, step: "second_factor" });
      return refuse("wrong_code");
    }
    const token = await completeSession(tx, deps, session, input.userAgent, now);
    await recordAudit(tx, session.actor, { type: "staff.signed_in", at: now, secondFactor: used.kind });
    return { ok: true, token, device: deviceCookie(deps.crypto, staff, now), recoveryCodesLeft: used.kind === "recovery_code" ? used.left : null };
  });
}

/** Closes the session that had only the password and opens a complete one. @returns the new cookie's token */
export async function completeSession(tx: Tx, deps: Deps, session: StaffSession, userAgent: string | null, now: DateTime): Promise<string> {
  await tx.session.updateMany({ where: { id: session.id, revokedAt: null }, data: { revokedAt: now.toJSDate() } });
  const { token } = await insertSession(tx, deps.crypto, { staffId: session.actor.id, verified: true, userAgent, now });
  return token;
}

async function useCode(
  tx: Tx,
  crypto: FieldCrypto,
  staff: LockedStaff,
  code: string,
  now: DateTime,
): Promise<{ kind: "totp" } | { kind: "recovery_code"; left: number } | null> {
  const lastStep = staff.totpLastStep === null ? null : Number(staff.totpLastStep);
  const step = acceptedStep(crypto.open(staff.totpSealed!, "staff.totp"), code, now, lastStep);
  if (step !== null) {
    await tx.staff.update({ where: { id: staff.id }, data: { totpLastStep: BigInt(step) } });
    return { kind: "totp" };
  }
  const recovery = normaliseRecoveryCode(code);
  const hash = recovery && recoveryHash(crypto, staff.id, recovery);
  if (!hash || !staff.recoveryHashes.includes(hash)) return null;
  const left = staff.recoveryHashes.filter((kept) => kept !== hash);
  await tx.staff.update({ where: { id: staff.id }, data: { recoveryHashes: left } });
  return { kind: "recovery_code", left: left.length };
}

export const recoveryHash = (crypto: FieldCrypto, staffId: string, code: string): string =>
  crypto.lookup(`${staffId}:${code}`, "recovery-code");

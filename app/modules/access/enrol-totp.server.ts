import { randomBytes } from "node:crypto";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import type { StaffSession } from "./current-session.server";
import { deviceCookie } from "./known-device.server";
import { normaliseRecoveryCode, recoveryCodesFrom } from "./recovery-codes";
import { lockStaff } from "./staff.repo.server";
import { acceptedStep, newTotpSecret, totpUri } from "./totp";
import { completeSession, recoveryHash } from "./verify-second-factor.server";

const issuer = "Trust & Safety Console";

/**
 * The secret a person is about to enrol. It is made once and kept until confirmed, so that reloading the page does not
 * part what the phone scanned from what is checked.
 */
export async function startTotpEnrolment(
  deps: Deps,
  session: StaffSession,
): Promise<Result<{ secret: string; uri: string }, "already_enrolled">> {
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, session.actor.id);
    if (!staff || staff.totpEnrolledAt) return refuse("already_enrolled");
    const secret = staff.totpSealed ? deps.crypto.open(staff.totpSealed, "staff.totp") : newTotpSecret();
    if (!staff.totpSealed) {
      await tx.staff.update({ where: { id: staff.id }, data: { totpSealed: deps.crypto.seal(secret, "staff.totp") } });
    }
    return { ok: true, secret, uri: totpUri(secret, staff, issuer) };
  });
}

/**
 * Proves that the phone has the secret, and from then on asks for it. Completes the sign-in.
 *
 * @returns the session cookie's token, the cookie that makes the browser known, and the recovery codes, which are shown this once
 */
export async function confirmTotpEnrolment(
  deps: Deps,
  session: StaffSession,
  input: { code: string; userAgent: string | null },
): Promise<Result<{ token: string; device: string; recoveryCodes: string[] }, "wrong_code" | "already_enrolled">> {
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, session.actor.id);
    if (!staff?.totpSealed || staff.totpEnrolledAt) return refuse("already_enrolled");
    const step = acceptedStep(deps.crypto.open(staff.totpSealed, "staff.totp"), input.code, now, null);
    if (step === null) return refuse("wrong_code");
    const recoveryCodes = recoveryCodesFrom(randomBytes(200));
    await tx.staff.update({
      where: { id: staff.id },
      data: {
        totpEnrolledAt: now.toJSDate(),
        totpLastStep: BigInt(step),
        recoveryHashes: recoveryCodes.map((code) => recoveryHash(deps.crypto, staff.id, normaliseRecoveryCode(code)!)),
      },
    });
    const token = await completeSession(tx, deps, session, input.userAgent, now);
    await recordAudit(tx, session.actor, { type: "staff.second_factor_enrolled", at: now });
    return { ok: true, token, device: deviceCookie(deps.crypto, staff, now), recoveryCodes };
  });
}

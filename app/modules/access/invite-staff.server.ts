import type { DateTime } from "luxon";
import type { Tx } from "~/infra/db.server";
import type { Deps } from "~/infra/deps.server";
import { refuse, type Result } from "~/infra/result";
import { recordAudit } from "../audit/record-audit.server";
import { stageNotice } from "../notices/stage-notice.server";
import { may, type Actor } from "./actor";
import type { Role } from "./permissions";
import { roleNames } from "./staff";
import { revokeSessionsOf } from "./session.repo.server";
import { inviteUrl, lockStaff, newInvite } from "./staff.repo.server";

type Invite = ReturnType<typeof newInvite>;

/** Mails the invitation; a new one replaces the old, whose link is dead from then on. */
export async function stageInvite(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  person: { email: string; name: string; roles: readonly Role[] },
  invite: Invite,
  at: DateTime,
): Promise<void> {
  const props = {
    name: person.name,
    invitedBy: actor.kind === "staff" ? actor.name : "The operator",
    roles: person.roles.map((role) => roleNames[role]),
    setupUrl: inviteUrl(deps.config.publicUrl, invite.token),
    expiresAt: invite.columns.inviteExpiresAt,
  };
  await stageNotice(tx, deps, {
    at,
    platformId: null,
    to: person.email,
    language: "en",
    about: {},
    content: { template: "staff_invite", props },
    dedupeKey: `staff-invite:${invite.columns.inviteHash.slice(0, 32)}`,
  });
}

/** Sends a new one-time link to somebody who has not set a password yet. */
export async function inviteStaff(
  deps: Deps,
  actor: Actor,
  input: { staffId: string },
): Promise<Result<{ inviteUrl: string }, "forbidden" | "not_found" | "already_set_up" | "already_disabled">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, input.staffId);
    if (!staff) return refuse("not_found");
    if (staff.disabled) return refuse("already_disabled");
    if (staff.passwordHash) return refuse("already_set_up");
    return { ok: true, inviteUrl: await sendInvite(tx, deps, actor, staff, "staff.invited", now) };
  });
}

/**
 * For the person who lost phone and recovery codes, or whose password leaked: takes away password, second factor and
 * every session, and mails a new invitation. The admin learns neither.
 */
export async function resetStaffAccess(
  deps: Deps,
  actor: Actor,
  input: { staffId: string },
): Promise<Result<{ inviteUrl: string }, "forbidden" | "not_found" | "demo_person" | "already_disabled" | "own_account">> {
  if (!may(actor, "staff:manage")) return refuse("forbidden");
  if (actor.kind === "staff" && actor.id === input.staffId) return refuse("own_account");
  const now = deps.clock();
  return deps.db.$transaction(async (tx) => {
    const staff = await lockStaff(tx, input.staffId);
    if (!staff) return refuse("not_found");
    if (staff.demo) return refuse("demo_person");
    if (staff.disabled) return refuse("already_disabled");
    await tx.staff.update({
      where: { id: staff.id },
      data: { passwordHash: null, totpSealed: null, totpEnrolledAt: null, totpLastStep: null, recoveryHashes: [] },
    });
    await revokeSessionsOf(tx, staff.id, now);
    return { ok: true, inviteUrl: await sendInvite(tx, deps, actor, staff, "staff.access_reset", now) };
  });
}

async function sendInvite(
  tx: Tx,
  deps: Deps,
  actor: Actor,
  staff: { id: string; email: string; name: string; roles: readonly Role[] },
  type: "staff.invited" | "staff.access_reset",
  now: DateTime,
): Promise<string> {
  const invite = newInvite(deps.crypto, now);
  await tx.staff.update({ where: { id: staff.id }, data: invite.columns });
  await recordAudit(tx, actor, { type, at: now, staffId: staff.id });
  await stageInvite(tx, deps, actor, staff, invite, now);
  return inviteUrl(deps.config.publicUrl, invite.token);
}

import type { Deps } from "~/infra/deps.server";
import type { StaffActor } from "./actor";
import { roles, type Role } from "./permissions";
import { needsTouch, sessionVerdict } from "./session";
import { sessionTokenIn } from "./session-cookie";
import { findSession, touchSession } from "./session.repo.server";

export interface StaffSession {
  id: string;
  actor: StaffActor;
  email: string;
  demo: boolean;
  /** What is still missing before the session opens anything: nothing, a code, or the enrolment of a second factor. */
  stage: "complete" | "second_factor" | "enrolment";
}

/** Who a request comes from, by its session cookie; null for nobody. A live session is marked as seen. */
export async function currentSession(deps: Deps, request: Request): Promise<StaffSession | null> {
  const token = sessionTokenIn(request.headers.get("cookie"));
  const found = token && (await findSession(deps.db, deps.crypto, token));
  if (!found) return null;
  const now = deps.clock();
  const { staff } = found;
  if (sessionVerdict(found, now) !== "live" || staff.disabledAt || (staff.demo && !deps.config.demo)) return null;
  if (needsTouch(found, now)) await touchSession(deps.db, found.id, now);
  const held = roles.filter((role): role is Role => staff.roles.includes(role));
  return {
    id: found.id,
    actor: { kind: "staff", id: staff.id, name: staff.name, roles: held },
    email: staff.email,
    demo: staff.demo,
    stage: found.verifiedAt ? "complete" : staff.totpEnrolledAt ? "second_factor" : "enrolment",
  };
}

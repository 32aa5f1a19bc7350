import { may, type StaffActor } from "./actor";
import { safeNext } from "./session";

const pages = { second_factor: "/sign-in/second-factor", enrolment: "/enrol" } as const;

/** Where a person's day starts when they asked for no page: at the list they work from. Admins and policy managers read the queue. */
export function homeOf(actor: StaffActor): string {
  if (may(actor, "case:work")) return "/queue";
  if (may(actor, "appeal:rule")) return "/appeals";
  if (may(actor, "audit:read") && !may(actor, "staff:manage") && !may(actor, "policy:edit")) return "/audit";
  return "/queue";
}

/** The page signing in ends at: the one asked for, else the person's own start. */
export const signInGoal = (actor: StaffActor, next: string | null | undefined): string => safeNext(next, homeOf(actor));

/** The page that follows a step of signing in; `next` is carried along until the last one. */
export function signInStep(stage: "second_factor" | "enrolment", next: string | null | undefined): string {
  const asked = safeNext(next, "");
  return asked ? `${pages[stage]}?next=${encodeURIComponent(asked)}` : pages[stage];
}

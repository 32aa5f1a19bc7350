import { redirect, type AppLoadContext } from "@remix-run/node";
import { may, type StaffActor } from "./actor";
import { currentSession, type StaffSession } from "./current-session.server";
import type { Permission } from "./permissions";

/**
 * The staff member behind a request.
 *
 * @param permission when given, also required; commands check it again
 * @throws a redirect to the sign-in page (and back here afterwards), or a 403 Response with `{ reason: "forbidden" }`
 */
export async function requireStaff(
  request: Request,
  context: Pick<AppLoadContext, "deps">,
  permission?: Permission,
): Promise<StaffActor> {
  const { actor } = await requireSession(request, context);
  if (permission && !may(actor, permission)) throw forbidden(permission);
  return actor;
}

/** As `requireStaff`, with the session itself: for the pages about sessions and passwords. */
export async function requireSession(request: Request, context: Pick<AppLoadContext, "deps">): Promise<StaffSession> {
  const session = await currentSession(context.deps, request);
  if (!session) throw redirect(signInPath(request));
  if (session.stage === "second_factor") throw redirect(signInPath(request, "/sign-in/second-factor"));
  if (session.stage === "enrolment") throw redirect(signInPath(request, "/enrol"));
  return session;
}

const forbidden = (permission: Permission): Response =>
  Response.json({ reason: "forbidden", permission }, { status: 403, statusText: "Forbidden" });

/** A form that was sent is not sent again after sign-in: the way back leads to the page, without its submission. */
function signInPath(request: Request, page = "/sign-in"): string {
  const url = new URL(request.url);
  for (const internal of ["index", "_data", "_routes"]) url.searchParams.delete(internal);
  const back = url.pathname.replace(/\.data$/, "") + url.search;
  return back === "/" ? page : `${page}?next=${encodeURIComponent(back)}`;
}

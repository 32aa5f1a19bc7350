import { redirect, type ActionFunctionArgs } from "@remix-run/node";
import { currentSession } from "~/modules/access/current-session.server";
import { clearedSessionCookie } from "~/modules/access/session-cookie";
import { signOut } from "~/modules/access/sign-out.server";

export const loader = () => redirect("/sign-in");

export async function action({ request, context }: ActionFunctionArgs) {
  const session = await currentSession(context.deps, request);
  if (session) await signOut(context.deps, session);
  return redirect("/sign-in", { headers: { "Set-Cookie": clearedSessionCookie } });
}

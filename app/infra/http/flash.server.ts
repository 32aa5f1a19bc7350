import { redirect } from "@remix-run/node";
import { z } from "zod";
import { cookieValue } from "./preferences";

const cookieName = "flash";

const flashSchema = z.object({ tone: z.enum(["ok", "info", "warn", "danger"]), text: z.string().min(1).max(300) });

/** A sentence about what a request did, told once on the next page. */
export type FlashMessage = z.infer<typeof flashSchema>;

/** Redirects and leaves a sentence for the page that follows. `headers` may carry further cookies. */
export function redirectWithFlash(to: string, message: FlashMessage, headers = new Headers()): Response {
  const value = encodeURIComponent(JSON.stringify({ tone: message.tone, text: message.text.slice(0, 300) }));
  headers.append("Set-Cookie", `${cookieName}=${value}; Path=/; Max-Age=60; SameSite=Lax; HttpOnly`);
  return redirect(to, { headers });
}

/** The waiting sentence, and the header that takes it away. The page shows it as text, whoever wrote the cookie. */
export function takeFlash(request: Request): { message: FlashMessage | null; headers: Headers } {
  const raw = cookieValue(request.headers.get("Cookie"), cookieName);
  const headers = new Headers();
  if (raw === null) return { message: null, headers };
  headers.append("Set-Cookie", `${cookieName}=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly`);
  try {
    return { message: flashSchema.parse(JSON.parse(raw)), headers };
  } catch {
    return { message: null, headers };
  }
}

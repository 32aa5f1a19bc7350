import { z } from "zod";

/** How a person wants the screens; kept in a cookie, so that the first byte is right and no script is needed. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export interface Preferences {
  theme: Theme;
  /** Single-key shortcuts may be turned off (WCAG 2.2, 2.1.4). */
  shortcuts: boolean;
}

const cookieName = "preferences";
const oneYear = 31_536_000;

const shape = z.object({ theme: z.enum(themes).catch("system"), shortcuts: z.enum(["on", "off"]).catch("on") });

export function readPreferences(cookieHeader: string | null): Preferences {
  const raw = cookieValue(cookieHeader, cookieName) ?? "";
  const { theme, shortcuts } = shape.parse(Object.fromEntries(new URLSearchParams(raw)));
  return { theme, shortcuts: shortcuts === "on" };
}

export function preferencesCookie({ theme, shortcuts }: Preferences, secure: boolean): string {
  const value = new URLSearchParams({ theme, shortcuts: shortcuts ? "on" : "off" }).toString();
  return `${cookieName}=${encodeURIComponent(value)}; Path=/; Max-Age=${oneYear}; SameSite=Lax; HttpOnly${secure ? "; Secure" : ""}`;
}

/** The value of one cookie, decoded, or null when it is missing or malformed. */
export function cookieValue(header: string | null, name: string): string | null {
  for (const pair of header?.split(";") ?? []) {
    const at = pair.indexOf("=");
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(pair.slice(at + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}

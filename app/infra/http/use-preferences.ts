import { useRouteLoaderData } from "@remix-run/react";
import type { Preferences } from "./preferences";

const unknown: Preferences = { theme: "system", shortcuts: true };

/** How the person wants the screens, from the root loader; the defaults where it could not run. */
export const usePreferences = (): Preferences =>
  (useRouteLoaderData("root") as { preferences: Preferences } | undefined)?.preferences ?? unknown;

import { useRouteLoaderData } from "@remix-run/react";

/** Whether a virus scanner looks at evidence here, as the console's own loader says. */
export const useVirusScanner = (): boolean => (useRouteLoaderData("routes/_console") as { scans: boolean } | undefined)?.scans ?? false;

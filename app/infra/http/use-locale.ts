import { useMatches } from "@remix-run/react";
import type { Locale } from "./locale";

/** The language of the page: what its loader returned as `locale`; English for pages that come in no other. */
export function useLocale(): Locale {
  const said = useMatches().map(({ data }) => (typeof data === "object" && data !== null && "locale" in data ? data.locale : null));
  return said.includes("es") ? "es" : "en";
}

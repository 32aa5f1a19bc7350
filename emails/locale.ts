export const locales = ["en", "es"] as const;
export type Locale = (typeof locales)[number];

/** `es-MX,es;q=0.9` → `es`; anything we have no words for falls back to English. */
export const localeOf = (tag: string | null | undefined): Locale => (tag?.trim().toLowerCase().startsWith("es") ? "es" : "en");

const bcp47: Record<Locale, string> = { en: "en-US", es: "es-US" };

/** `Thursday, December 10, 2026 at 11:59 PM MST`: an instant as the platform's calendar shows it, with its zone named. */
export function instant(at: Date, zone: string, locale: Locale): string {
  return new Intl.DateTimeFormat(bcp47[locale], {
    timeZone: zone,
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  }).format(at);
}

/**
 * `the end of Thursday, December 10, 2026 (MST)`: the last day that still counts before an exclusive instant.
 * Deadlines are stored as the instant that starts the next local day; a person is told the day before it.
 */
export function lastDay(exclusive: Date, zone: string, locale: Locale): string {
  const within = new Date(exclusive.getTime() - 1);
  const day = new Intl.DateTimeFormat(bcp47[locale], {
    timeZone: zone,
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
  }).format(within);
  return locale === "es" ? `el final del ${day} (${zoneName(within, zone, locale)})` : `the end of ${day} (${zoneName(within, zone, locale)})`;
}

function zoneName(at: Date, zone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(bcp47[locale], { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** `a, b and c` in the reader's language. */
export const listOf = (items: readonly string[], locale: Locale): string =>
  new Intl.ListFormat(bcp47[locale], { type: "conjunction" }).format(items);

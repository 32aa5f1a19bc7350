export const locales = ["en", "es"] as const;
export type Locale = (typeof locales)[number];

/** `es-MX,es;q=0.9` → `es`; anything we have no words for falls back to English. */
export const localeOf = (tag: string | null | undefined): Locale => (tag?.trim().toLowerCase().startsWith("es") ? "es" : "en");

const bcp47: Record<Locale, string> = { en: "en-US", es: "es-US" };

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times what using it does; there are as many as platforms have zones. */
function formatOf(locale: Locale, zone: string, parts: keyof typeof shown): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${parts}`;
  const made = formats.get(key) ?? new Intl.DateTimeFormat(bcp47[locale], { timeZone: zone, ...shown[parts] });
  formats.set(key, made);
  return made;
}

const day = { weekday: "long", year: "numeric", month: "long", day: "numeric" } as const;
const shown = {
  day,
  instant: { ...day, hour: "numeric", minute: "2-digit", timeZoneName: "short" },
  zone: { timeZoneName: "short" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** `Thursday, December 10, 2026 at 11:59 PM MST`: an instant as the platform's calendar shows it, with its zone named. */
export const instant = (at: Date, zone: string, locale: Locale): string => formatOf(locale, zone, "instant").format(at);

/** `Thursday, December 10, 2026`: a date that has no zone. */
export const civilDay = (day: string, locale: Locale): string => formatOf(locale, "UTC", "day").format(new Date(`${day}T12:00:00Z`));

/**
 * `the end of Thursday, December 10, 2026 (MST)`: the last day that still counts before an exclusive instant.
 * Deadlines are stored as the instant that starts the next local day; a person is told the day before it.
 */
export function lastDay(exclusive: Date, zone: string, locale: Locale): string {
  const within = new Date(exclusive.getTime() - 1);
  const named = formatOf(locale, zone, "day").format(within);
  return locale === "es" ? `el final del ${named} (${zoneName(within, zone, locale)})` : `the end of ${named} (${zoneName(within, zone, locale)})`;
}

function zoneName(at: Date, zone: string, locale: Locale): string {
  const parts = formatOf(locale, zone, "zone").formatToParts(at);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** `a, b and c` in the reader's language. */
export const listOf = (items: readonly string[], locale: Locale): string =>
  new Intl.ListFormat(bcp47[locale], { type: "conjunction" }).format(items);

/** Languages the public pages are written in. */
export const locales = ["en", "es"] as const;
export type Locale = (typeof locales)[number];

const isLocale = (text: string): text is Locale => (locales as readonly string[]).includes(text);

/** The reader's language: what the address asks for, else what the browser prefers of those we have, else English. */
export function localeOf(request: { url: string; headers: { get(name: string): string | null } }): Locale {
  const asked = new URL(request.url).searchParams.get("lang") ?? "";
  if (isLocale(asked)) return asked;
  const preferred = (request.headers.get("Accept-Language") ?? "")
    .slice(0, 500)
    .split(",")
    .map((entry) => {
      const [tag = "", ...parameters] = entry.trim().toLowerCase().split(";");
      const weight = parameters.map((parameter) => /^\s*q=(\d(?:\.\d+)?)$/.exec(parameter)?.[1]).find(Boolean);
      return { language: tag.split("-")[0] ?? "", weight: weight === undefined ? 1 : Number(weight) };
    })
    .sort((a, b) => b.weight - a.weight);
  return preferred.map(({ language }) => language).find(isLocale) ?? "en";
}

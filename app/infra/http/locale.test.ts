import { expect, test } from "vitest";
import { localeOf } from "./locale";

test.each([
  ["/report", null, "en"],
  ["/report", "es-MX,es;q=0.9,en;q=0.8", "es"],
  ["/report", "en-US,en;q=0.9,es;q=0.8", "en"],
  ["/report", "fr-FR, es;q=0.4, en;q=0.3", "es"],
  ["/report", "es;q=0.2, en;q=0.9", "en"],
  ["/report", "fr", "en"],
  ["/report", ";;;,,q=,es;q=x", "es"],
  ["/report?lang=es", "en", "es"],
  ["/report?lang=en", "es", "en"],
  ["/report?lang=__proto__", "es", "es"],
])("%s with Accept-Language %s is read in %s", (path, header, locale) => {
  expect(localeOf({ url: `http://console.example${path}`, headers: new Headers(header ? { "Accept-Language": header } : {}) })).toBe(locale);
});

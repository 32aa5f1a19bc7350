import { TextLink } from "./link";

const other = { en: { lang: "es", label: "Español" }, es: { lang: "en", label: "English" } } as const;

/** The other language, as it calls itself, for the same page. `search`: what of the address stays. */
export function LanguageSwitch({ locale, search = "" }: { locale: keyof typeof other; search?: string }) {
  const { lang, label } = other[locale];
  const query = new URLSearchParams(search);
  query.set("lang", lang);
  return (
    <TextLink to={`?${query.toString()}`} lang={lang} hrefLang={lang} className="text-sm whitespace-nowrap print:hidden">
      {label}
    </TextLink>
  );
}

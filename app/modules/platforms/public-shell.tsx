import { Link, useLocation } from "@remix-run/react";
import type { ReactNode } from "react";
import type { Locale } from "~/infra/http/locale";
import { useLocale } from "~/infra/http/use-locale";
import { usePreferences } from "~/infra/http/use-preferences";
import { SkipLink } from "~/components/skip-link";
import { ThemeSwitch } from "~/components/theme-switch";

const words = {
  en: { name: "Trust and safety", report: "Report abuse", appeal: "Appeal a decision", policies: "Policies", confidential: "Reports are confidential. The business you report never learns who you are." },
  es: { name: "Confianza y seguridad", report: "Reportar un abuso", appeal: "Apelar una decisión", policies: "Políticas", confidential: "Los reportes son confidenciales. La empresa que reporta nunca sabrá quién es usted." },
};

/** The frame of every page that needs no account. Narrow, calm, one thing at a time. */
export function PublicShell({ locale: given, children }: { locale?: Locale; children: ReactNode }) {
  const { theme } = usePreferences();
  const pageLocale = useLocale();
  const locale = given ?? pageLocale;
  const said = words[locale];
  const inLocale = (path: string) => (locale === "es" ? `${path}?lang=es` : path);
  const links = [
    { to: inLocale("/report"), label: said.report },
    { to: inLocale("/appeal"), label: said.appeal },
    { to: inLocale("/policies"), label: said.policies },
  ];
  const forReporters = /^\/(?:report|status)(?:\/|$)/.test(useLocation().pathname);
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-line bg-surface print:hidden">
        <div className="mx-auto flex w-full max-w-3xl flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3">
          <Link to="/" className="flex items-center gap-2 font-semibold">
            <img src="/favicon.svg" alt="" className="size-6" />
            {said.name}
          </Link>
          <nav aria-label="Main" className="flex flex-wrap gap-4 text-sm">
            {links.map((link) => (
              <Link key={link.to} to={link.to} className="text-muted underline-offset-2 hover:text-ink hover:underline">
                {link.label}
              </Link>
            ))}
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="mx-auto w-full max-w-3xl flex-1 px-4 py-8 outline-none">
        {children}
      </main>
      <footer className="border-t border-line print:hidden">
        <div className="mx-auto flex w-full max-w-3xl flex-wrap items-center justify-between gap-3 px-4 py-4 text-sm text-muted">
          <p>{forReporters ? said.confidential : said.name}</p>
          <ThemeSwitch current={theme} action="/preferences" />
        </div>
      </footer>
    </div>
  );
}

import { data, type LinksFunction, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useMatches } from "@remix-run/react";
import type { ReactNode } from "react";
import styles from "./app.css?url";
import { ErrorPage } from "./components/error-page";
import { useNonce } from "./components/nonce";
import { TooltipProvider } from "./components/tooltip";
import { isPlain } from "./infra/http/plain-handle";
import { documentHeaders } from "./infra/http/document-headers";
import { readPreferences } from "./infra/http/preferences";
import { useLocale } from "./infra/http/use-locale";
import { usePreferences } from "./infra/http/use-preferences";

export const links: LinksFunction = () => [
  { rel: "stylesheet", href: styles },
  { rel: "icon", href: "/favicon.svg", type: "image/svg+xml" },
];

export const meta: MetaFunction = () => [{ title: "Trust and safety" }];

export async function loader({ request }: LoaderFunctionArgs) {
  return data({ preferences: readPreferences(request.headers.get("Cookie")) });
}

export const headers = documentHeaders;

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  const { theme } = usePreferences();
  const plain = useMatches().some(({ handle }) => isPlain(handle));
  return (
    <html lang={useLocale()} data-theme={theme === "system" ? undefined : theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === "system" ? "light dark" : theme} />
        <Meta />
        <Links />
      </head>
      <body>
        <TooltipProvider>{children}</TooltipProvider>
        {plain ? null : (
          <>
            <ScrollRestoration nonce={nonce} />
            <Scripts nonce={nonce} />
          </>
        )}
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  return (
    <main id="main" className="mx-auto max-w-2xl px-4 py-16">
      <ErrorPage />
    </main>
  );
}

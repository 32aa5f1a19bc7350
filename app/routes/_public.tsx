import { Outlet, useRouteError } from "@remix-run/react";
import { ErrorPage, localeOfError } from "~/components/error-page";
import { documentHeaders } from "~/infra/http/document-headers";
import { PublicShell } from "~/modules/platforms/public-shell";

export const headers = documentHeaders;

export default function PublicPages() {
  return (
    <PublicShell>
      <Outlet />
    </PublicShell>
  );
}

export function ErrorBoundary() {
  return (
    <PublicShell locale={localeOfError(useRouteError())}>
      <ErrorPage />
    </PublicShell>
  );
}

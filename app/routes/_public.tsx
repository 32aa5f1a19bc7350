import { Outlet } from "@remix-run/react";
import { ErrorPage } from "~/components/error-page";
import { PublicShell } from "~/modules/platforms/public-shell";

export default function PublicPages() {
  return (
    <PublicShell>
      <Outlet />
    </PublicShell>
  );
}

export function ErrorBoundary() {
  return (
    <PublicShell>
      <ErrorPage />
    </PublicShell>
  );
}

import { data } from "@remix-run/node";
import { ErrorPage } from "~/components/error-page";
import { PublicShell } from "~/modules/platforms/public-shell";

/** Whatever no other route knows. */
export const loader = () => {
  throw data(null, { status: 404 });
};
export const action = loader;

export default function Nowhere() {
  return null;
}

export function ErrorBoundary() {
  return (
    <PublicShell>
      <ErrorPage />
    </PublicShell>
  );
}

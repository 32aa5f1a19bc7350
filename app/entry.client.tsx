import { RemixBrowser } from "@remix-run/react";
import { startTransition, StrictMode } from "react";
import { hydrateRoot } from "react-dom/client";
import { holdBackHurry, useCalmUntilHydrated } from "./components/calm-until-hydrated";

declare global {
  interface Window {
    __webpack_nonce__?: string;
  }
}

// Radix locks the page's scrolling with a style element of its own; this is where it looks for the nonce.
window.__webpack_nonce__ = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;

/** Around the page, not beside it: a sibling would change the ids that server and browser have to agree on. */
function Page() {
  useCalmUntilHydrated();
  return <RemixBrowser />;
}

holdBackHurry();
startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <Page />
    </StrictMode>,
  );
});

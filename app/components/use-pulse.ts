import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";

const everyMillis = 15_000;

/** Asks an address from time to time what changed, while the page is looked at. What is shown stays where it is. */
export function usePulse<Answer>(address: string): Answer | null {
  const { load, data } = useFetcher<Answer>({ key: address });
  useEffect(() => {
    const ask = () => {
      if (document.visibilityState === "visible") load(address);
    };
    const timer = setInterval(ask, everyMillis);
    document.addEventListener("visibilitychange", ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [address, load]);
  return (data as Answer | undefined) ?? null;
}

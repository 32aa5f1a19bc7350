import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import type { RowUpdate } from "./queue-list";

const everyMillis = 15_000;

export interface Pulse {
  fresh: number;
  listed: RowUpdate[];
}

/** Asks from time to time what changed, while the page is looked at. Rows stay where they are. */
export function useQueuePulse(address: string): Pulse | null {
  const { load, data } = useFetcher<Pulse>({ key: address });
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
  return data ?? null;
}

import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const everyMillis = 2_000;

/** Asks again how far it is, while it runs and somebody looks. */
export function useBacktestPulse(running: boolean): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!running || state !== "idle") return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") revalidate();
    }, everyMillis);
    document.addEventListener("visibilitychange", revalidate);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", revalidate);
    };
  }, [running, state, revalidate]);
}

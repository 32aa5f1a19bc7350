import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const everyMillis = 2_000;

/** Asks again how far the work is, while there is work and somebody looks. */
export function useWorkPulse(working: boolean): void {
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!working || state !== "idle") return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") revalidate();
    }, everyMillis);
    document.addEventListener("visibilitychange", revalidate);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", revalidate);
    };
  }, [working, state, revalidate]);
}

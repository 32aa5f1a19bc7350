import { useNavigation, useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const everyMillis = 2_000;

/**
 * Asks again how far the work is, while there is work and somebody looks. Never on the way to another page: that would ask for the page
 * anew, and what is told once, of what was just done, would have been told to the answer that is thrown away.
 */
export function useWorkPulse(working: boolean): void {
  const { revalidate, state } = useRevalidator();
  const isOnTheWay = useNavigation().state !== "idle";
  useEffect(() => {
    if (!working || state !== "idle" || isOnTheWay) return;
    const timer = setTimeout(() => {
      if (document.visibilityState === "visible") revalidate();
    }, everyMillis);
    document.addEventListener("visibilitychange", revalidate);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", revalidate);
    };
  }, [working, state, isOnTheWay, revalidate]);
}

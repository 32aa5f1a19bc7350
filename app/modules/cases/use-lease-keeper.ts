import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import { renewEverySeconds } from "./lease";

/** Renews the lease while the page of a case one holds is open; says so when it was lost to somebody else. */
export function useLeaseKeeper(reference: string, caseId: string, mine: boolean): { lost: boolean } {
  const { submit, data } = useFetcher<{ reason?: string }>({ key: `lease-${caseId}` });
  useEffect(() => {
    if (!mine) return;
    const timer = setInterval(
      () => submit({ intent: "renew", caseId }, { method: "post", action: `/cases/${reference}` }),
      renewEverySeconds * 1000,
    );
    return () => clearInterval(timer);
  }, [caseId, mine, reference, submit]);
  return { lost: data?.reason === "lease_missing" };
}

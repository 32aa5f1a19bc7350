import { Callout } from "~/components/flash";
import { lastDay } from "~/components/time-format";

interface Hold {
  kind: "legal_hold" | "preservation";
  reference: string;
  /** The one case it covers; null: the account with everything of it. */
  caseReference: string | null;
  until: string | null;
}

/** Says on the pages of an account and its cases that nothing of it is deleted, and until when. Account holders never see it. */
export function HoldBanner({ holds, zone }: { holds: readonly Hold[]; zone: string }) {
  if (holds.length === 0) return null;
  return (
    <Callout tone="warn" title={holds.every(({ caseReference }) => caseReference) ? "Nothing of this case is deleted" : "Nothing here is deleted"} className="mb-4">
      <ul className="text-sm">
        {holds.map(({ kind, reference, caseReference, until }) => (
          <li key={reference}>
            {kind === "legal_hold" ? "Legal hold" : "Preservation request"} {reference} on {caseReference ? `case ${caseReference}` : "the account"}, until {until ? lastDay(until, zone) : "two people lift it"}. Do not tell the account holder.
          </li>
        ))}
      </ul>
    </Callout>
  );
}

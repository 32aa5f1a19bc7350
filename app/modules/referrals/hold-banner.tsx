import { Callout } from "~/components/flash";
import { Time } from "~/components/time";

interface Hold {
  kind: "legal_hold" | "preservation";
  reference: string;
  scope: "account" | "case";
  until: string | null;
}

/** Says on the pages of an account and its cases that nothing of it is deleted, and until when. Account holders never see it. */
export function HoldBanner({ holds, now, zone }: { holds: readonly Hold[]; now: string; zone: string }) {
  if (holds.length === 0) return null;
  return (
    <Callout tone="warn" title="Nothing here is deleted" className="mb-4">
      <ul className="text-sm">
        {holds.map(({ kind, reference, scope, until }) => (
          <li key={reference}>
            {kind === "legal_hold" ? "Legal hold" : "Preservation request"} {reference} on the {scope}, {until ? <>until <Time at={until} now={now} zone={zone} /></> : "until two people lift it"}. Do not tell the account holder.
          </li>
        ))}
      </ul>
    </Callout>
  );
}

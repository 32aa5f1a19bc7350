import { TextLink } from "~/components/link";
import { StatusPill } from "~/components/badge";
import { Time } from "~/components/time";
import { tooCommon } from "./identifier";
import { linkInWords, type LinkedAccountView } from "./linked-account";

/** Other accounts that may belong to the same holder, each with what they have in common and since when. */
export function LinkedAccounts({ linked, seen }: { linked: readonly LinkedAccountView[]; seen: { now: string; zone: string } }) {
  if (linked.length === 0) return <p className="text-sm text-muted">No other account has a number, payment, device or domain of this one.</p>;
  return (
    <ul className="grid gap-3 text-sm">
      {linked.map((account) => (
        <li key={account.accountId}>
          <p className="flex flex-wrap items-center gap-x-2">
            <TextLink to={`/accounts/${account.accountId}`}>{account.businessName}</TextLink>
            <span className="font-mono text-xs text-muted">{account.externalId}</span>
            {account.status === "active" ? null : <StatusPill tone={account.status === "closed" ? "neutral" : "danger"}>{account.status}</StatusPill>}
          </p>
          <ul className="mt-1 grid gap-0.5 text-muted">
            {account.links.map((link) => (
              <li key={`${link.kind} ${link.hint} ${link.since}`} className={link.shared > tooCommon ? "italic" : undefined}>
                {linkInWords(link)} · since <Time at={link.since} {...seen} brief />
                {link.until ? (
                  <>
                    , until <Time at={link.until} {...seen} brief />
                  </>
                ) : null}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

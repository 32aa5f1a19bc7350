import { Link } from "@remix-run/react";
import { DenseItem, DenseList } from "~/components/data-table";
import { Panel } from "~/components/panel";
import { areaName } from "../policy/areas";
import { AccountStatusPill, CaseStatePill, SeverityBadge } from "./case-labels";
import type { AccountHit, CaseHit } from "./search.queries.server";
import { TipOffBadge } from "./tip-off";

export function AccountHits({ accounts }: { accounts: readonly AccountHit[] }) {
  if (accounts.length === 0) return null;
  return (
    <Panel title="Accounts" id="accounts" flush>
      <DenseList label="Accounts">
        {accounts.map((account) => (
          <DenseItem key={account.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link to={`/accounts/${account.id}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
              {account.businessName}
            </Link>
            <AccountStatusPill status={account.status} />
            {account.noTipOff ? <TipOffBadge /> : null}
            <span className="text-muted">
              {account.platformName} · <span className="font-mono text-xs">{account.externalId}</span>
            </span>
          </DenseItem>
        ))}
      </DenseList>
    </Panel>
  );
}

export function CaseHits({ cases }: { cases: readonly CaseHit[] }) {
  if (cases.length === 0) return null;
  return (
    <Panel title="Cases" id="cases" flush>
      <DenseList label="Cases">
        {cases.map((found) => (
          <DenseItem key={`${found.reference}-${found.via}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <SeverityBadge severity={found.severity} />
            <Link to={`/cases/${found.reference}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
              {found.businessName}
            </Link>
            <CaseStatePill state={found.state} />
            {found.noTipOff ? <TipOffBadge /> : null}
            <span className="text-muted">
              <span className="font-mono text-xs">{found.reference}</span> · {areaName(found.area)} · {found.platformName}
              {found.via ? ` · by ${found.via}` : ""}
            </span>
          </DenseItem>
        ))}
      </DenseList>
    </Panel>
  );
}

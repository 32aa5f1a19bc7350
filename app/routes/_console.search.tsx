import { data, redirect, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { SearchX } from "lucide-react";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { refusalText } from "~/infra/http/refusals";
import { requireStaff } from "~/modules/access/require-staff.server";
import { searchConsole } from "~/modules/cases/search-console.server";
import { AccountHits, CaseHits } from "~/modules/cases/search-results";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

export const meta: MetaFunction = () => [{ title: "Search · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context);
  const typed = new URL(request.url).searchParams.get("q") ?? "";
  const found = await searchConsole(context.deps, actor, typed);
  if (!found.ok) {
    const { status, sentence } = refusalText(found.reason);
    throw data({ sentence }, { status });
  }
  const { query, hits } = found;
  await noteOutcomeSeen(context.deps, actor, { caseReferences: hits.cases.map(({ reference }) => reference), accountIds: hits.accounts.map(({ id }) => id) });
  const exact = query.kind === "id" || query.kind === "reference";
  const [account, only] = [hits.accounts[0], hits.cases[0]];
  if (exact && account && hits.cases.length === 0) throw redirect(`/accounts/${account.id}`);
  if (hits.unmatchedReportId) throw redirect(`/intake/${hits.unmatchedReportId}`);
  if (exact && only && hits.cases.length === 1 && !account) throw redirect(`/cases/${only.reference}`);
  return { typed: typed.slice(0, 200), kind: query.kind, hits };
}

export default function Search() {
  const { typed, kind, hits } = useLoaderData<typeof loader>();
  const none = hits.accounts.length + hits.cases.length === 0;
  return (
    <>
      <PageHeader title={kind === "empty" ? "Search" : `Search for “${typed}”`} />
      <div className="grid gap-4">
        {kind === "email" || kind === "phone" ? (
          <Callout tone="info">A search by somebody’s address or number is kept in the audit trail, with your name.</Callout>
        ) : null}
        <AccountHits accounts={hits.accounts} />
        <CaseHits cases={hits.cases} />
        {none ? (
          <Panel flush>
            <EmptyState title={kind === "empty" ? "What are you looking for?" : "Nothing found"} icon={<SearchX aria-hidden="true" className="size-8" />}>
              Type at least three letters of a business name, a whole mail address or phone number with its country code, or a reference such as
              C-4K7Q-T2MX. A part of an address or number cannot be found: they are kept sealed.
            </EmptyState>
          </Panel>
        ) : null}
      </div>
    </>
  );
}

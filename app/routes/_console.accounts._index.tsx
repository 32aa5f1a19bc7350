import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData, useSubmit } from "@remix-run/react";
import { Building2 } from "lucide-react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { BulkBar } from "~/modules/bulk/bulk-bar";
import { AccountStatusPill } from "~/modules/cases/case-labels";
import { accountPage, parsePlace, placeText } from "~/modules/platforms/accounts.queries.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

const statuses = ["active", "restricted", "suspended", "terminated", "closed"] as const;

export const meta: MetaFunction = () => [{ title: "Accounts · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "account:read");
  const params = new URL(request.url).searchParams;
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === params.get("platform")) ?? platforms[0] ?? null;
  const status = statuses.find((known) => known === params.get("status")) ?? null;
  const after = parsePlace(params.get("after"));
  const page = platform ? await accountPage(deps.db, { platformKey: platform.key, status }, after) : { rows: [], next: null };
  await noteOutcomeSeen(deps, actor, { caseReferences: [], accountIds: page.rows.flatMap((row) => (row.status === "active" ? [] : [row.id])) });
  return {
    platforms,
    platform: platform?.key ?? null,
    status,
    paged: after !== null,
    rows: page.rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })),
    next: page.next && placeText(page.next),
    mayBulk: may(actor, "bulk:run"),
    now: deps.clock().toISO(),
  };
}

export default function Accounts() {
  const { platforms, platform, status, paged, rows, next, mayBulk, now } = useLoaderData<typeof loader>();
  const submit = useSubmit();
  const query = new URLSearchParams({ ...(platform ? { platform } : {}), ...(status ? { status } : {}) });
  const address = (more: Record<string, string>) => `/accounts?${new URLSearchParams([...query, ...Object.entries(more)])}`;
  return (
    <>
      <PageHeader title="Accounts" lead="Businesses that send messages, newest first. To find one, use the search above." />
      <Form
        key={query.toString()}
        method="get"
        aria-label="Narrow the list"
        onChange={(event) => submit(event.currentTarget)}
        className="flex flex-wrap gap-2 pb-3"
      >
        <SelectControl
          name="platform"
          aria-label="Platform"
          defaultValue={platform ?? ""}
          options={platforms.map(({ key, name }) => ({ value: key, label: name }))}
          className="min-h-8! w-auto! px-2! text-sm!"
        />
        <SelectControl
          name="status"
          aria-label="Status"
          defaultValue={status ?? ""}
          placeholder="Any status"
          options={statuses.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }))}
          className="min-h-8! w-auto! px-2! text-sm!"
        />
        <noscript>
          <Button type="submit" size="sm">
            Narrow
          </Button>
        </noscript>
      </Form>
      {mayBulk && rows.length > 0 ? <BulkBar subject="account" query={query.toString()} /> : null}
      <Panel flush>
        <DataTable
          caption="Accounts"
          rows={rows}
          rowKey={(row) => row.id}
          empty={
            <EmptyState title="No account fits" icon={<Building2 aria-hidden="true" className="size-8" />}>
              Accounts appear here when a platform names them, or when a report does.
            </EmptyState>
          }
          columns={[
            {
              key: "name",
              header: "Business",
              cell: (row) => (
                <span className="flex items-center gap-2">
                  {mayBulk ? <input type="checkbox" form="bulk-account" name="id" value={row.id} aria-label={`Tick ${row.businessName}`} className="size-6 shrink-0 accent-accent sm:size-4" /> : null}
                  <Link to={`/accounts/${row.id}`} className="font-medium wrap-anywhere underline-offset-2 hover:underline">
                    {row.businessName}
                  </Link>
                </span>
              ),
            },
            { key: "externalId", header: "Their id", from: "sm", cell: (row) => <span className="font-mono text-xs">{row.externalId}</span> },
            { key: "plan", header: "Plan", from: "md", cell: (row) => row.planTier ?? "—" },
            { key: "status", header: "Status", cell: (row) => <AccountStatusPill status={row.status} /> },
            { key: "since", header: "Since", from: "sm", align: "right", cell: (row) => <Time at={row.createdAt} now={now} zone="UTC" brief /> },
          ]}
        />
      </Panel>
      <Pagination previous={paged ? address({}) : null} next={next && address({ after: next })} label="Pages of accounts" />
    </>
  );
}

import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { ListChecks } from "lucide-react";
import { ButtonLink } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { countedSubject } from "~/modules/bulk/bulk-kinds";
import { BulkStatePill } from "~/modules/bulk/bulk-labels";
import { bulkList } from "~/modules/bulk/bulk.queries.server";

export const meta: MetaFunction = () => [{ title: "Bulk actions · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "case:read");
  const after = new URL(request.url).searchParams.get("after") ?? undefined;
  return { ...(await bulkList(context.deps.db, isId(after) ? after : null)), now: context.deps.clock().toISO() };
}

export default function BulkActions() {
  const { rows, next, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Bulk actions" lead="One thing done to many cases or accounts: looked at first, done in the background, undone within a grace period." />
      <Panel flush>
        <DataTable
          caption="Bulk actions, newest first"
          rows={rows}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No bulk action yet" icon={<ListChecks aria-hidden="true" className="size-8" />} action={<TextLink to="/queue">Go to the queue</TextLink>}>
              A lead starts one from the queue or from the list of accounts: tick rows, or narrow the list and take all that match.
            </EmptyState>
          }
          columns={[
            {
              key: "what",
              header: "What",
              cell: (row) => (
                <>
                  <Link to={`/bulk/${row.id}`} className="font-medium underline-offset-2 hover:underline">
                    {row.title}
                  </Link>
                  <span className="block text-xs text-muted">
                    <span className="font-mono">{row.reference}</span> · {countedSubject(row.subject, row.total)}
                  </span>
                </>
              ),
            },
            { key: "state", header: "State", cell: (row) => <BulkStatePill state={row.state} /> },
            { key: "progress", header: "Items", from: "sm", align: "right", cell: (row) => `${row.settled.toLocaleString("en-US")} of ${row.total.toLocaleString("en-US")}` },
            { key: "by", header: "By", from: "md", cell: (row) => row.by },
            { key: "at", header: "Prepared", from: "sm", align: "right", cell: (row) => <Time at={row.createdAt} now={now} zone="UTC" brief /> },
          ]}
        />
      </Panel>
      {next ? (
        <div className="mt-4">
          <ButtonLink to={`?after=${next}`}>Older ones</ButtonLink>
        </div>
      ) : null}
    </>
  );
}

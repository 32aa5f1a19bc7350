import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { listCampaigns } from "~/modules/policy/campaign-desk.queries.server";
import { CampaignPill } from "~/modules/policy/campaign-view";

export const meta: MetaFunction = () => [{ title: "Campaigns · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "notice:read");
  return { rows: await listCampaigns(context.deps), now: context.deps.clock().toISO() };
}

export default function Campaigns() {
  const { rows, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader crumbs={[{ label: "Notices", to: "/notices" }, { label: "Campaigns" }]} title="Campaigns" lead="What tells every account holder of a new version of a policy, before it takes effect." />
      <Panel flush>
        <DataTable
          caption="Campaigns, newest first"
          rows={rows}
          rowKey={(row) => row.id}
          empty={<EmptyState title="No campaign yet">One starts when a material version of a policy is published.</EmptyState>}
          columns={[
            { key: "version", header: "Version", cell: (row) => <TextLink to={`/notices/campaigns/${row.id}`}>{`${row.policy} ${row.version}`}</TextLink> },
            { key: "state", header: "State", cell: (row) => <CampaignPill state={row.state} held={row.held} /> },
            { key: "platform", header: "Platform", from: "md", cell: (row) => row.platform },
            { key: "day", header: "Takes effect", cell: (row) => <span className="whitespace-nowrap tabular-nums">{row.effectiveDay}</span> },
            { key: "unreached", header: "Not reached", align: "right", from: "sm", cell: (row) => <span className="tabular-nums">{row.unreached.toLocaleString("en-US")}</span> },
            { key: "started", header: "Started", from: "sm", cell: (row) => (row.startedAt ? <Time at={row.startedAt} now={now} zone="UTC" brief /> : "Not yet") },
          ]}
        />
      </Panel>
    </>
  );
}

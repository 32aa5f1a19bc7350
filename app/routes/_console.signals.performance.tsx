import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { ModePill } from "~/modules/signals/rule-history";
import { SignalTabs } from "~/modules/signals/signal-tabs";
import { figure, ruleTitle, share } from "~/modules/signals/signal-words";
import { rulePerformance } from "~/modules/signals/signals.queries.server";

const days = 90;

export const meta: MetaFunction = () => [{ title: "Rule performance · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "signal:read");
  const { deps } = context;
  const platforms = await platformChoices(deps.db);
  const asked = new URL(request.url).searchParams.get("platform") ?? "customerflows";
  const platform = platforms.find(({ key }) => key === asked) ?? platforms[0] ?? null;
  return { platforms: platforms.map(({ key, name }) => ({ key, name })), platform: platform && { key: platform.key, name: platform.name }, rows: platform ? await rulePerformance(deps.db, platform.id, deps.clock().minus({ days })) : [] };
}

export default function RulePerformance() {
  const { platforms, platform, rows } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader title="Rule performance" lead={`What became of the signals of the last ${days} days, by rule and version. A signal led to an action when its case was decided with a breach of the very clause.`} />
      <SignalTabs current="performance" platform={platform?.key} />
      <div className="py-3">
        <TabLinks label="Platforms" tabs={platforms.map(({ key, name }) => ({ to: `/signals/performance?platform=${key}`, label: name, current: key === platform?.key }))} />
      </div>
      <Panel flush>
        <DataTable
          caption={`Rule performance on ${platform?.name ?? "no platform"}`}
          rows={rows}
          rowKey={(row) => `${row.rule} ${row.version} ${row.mode}`}
          empty={<EmptyState title="No rule has fired">Nothing was found on this platform in the last {days} days.</EmptyState>}
          columns={[
            { key: "rule", header: "Rule", cell: (row) => `${ruleTitle(row.rule)}, version ${row.version}` },
            { key: "mode", header: "Mode", from: "sm", cell: (row) => <ModePill mode={row.mode} /> },
            { key: "fired", header: "Fired", align: "right", cell: (row) => figure(row.fired) },
            { key: "back", header: "Taken back", from: "md", align: "right", cell: (row) => share(row.takenBack, row.fired) },
            { key: "case", header: "In a case", from: "sm", align: "right", cell: (row) => share(row.inCase, row.fired) },
            { key: "acted", header: "Led to an action, of decided", align: "right", cell: (row) => share(row.acted, row.decided) },
            { key: "overturned", header: "Overturned, of those", align: "right", cell: (row) => share(row.overturned, row.acted) },
          ]}
        />
      </Panel>
    </>
  );
}

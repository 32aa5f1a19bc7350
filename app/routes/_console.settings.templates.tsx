import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Badge } from "~/components/badge";
import { DataTable } from "~/components/data-table";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noticeKindLabels } from "~/modules/notices/notice-kind";
import { listTemplates } from "~/modules/notices/templates/templates.queries.server";

export const meta: MetaFunction = () => [{ title: "Templates" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, "policy:edit");
  return { rows: await listTemplates(context.deps), now: context.deps.clock().toISO() };
}

const languages = { en: "English", es: "Spanish" } as const;

export default function Templates() {
  const { rows, now } = useLoaderData<typeof loader>();
  const platforms = [...new Set(rows.map(({ platform }) => platform))];
  return (
    <div className="grid grid-cols-1 gap-4">
      <p className="text-sm text-muted">What people are told, message by message. Each platform may use its own words; where it has none, the product’s are sent.</p>
      {platforms.map((platform) => (
        <Panel key={platform} title={platform} flush>
          <DataTable
            caption={`Messages of ${platform}`}
            rows={rows.filter((row) => row.platform === platform)}
            rowKey={(row) => `${row.kind}-${row.language}`}
            columns={[
              {
                key: "kind",
                header: "Message",
                cell: (row) => (
                  <TextLink to={`/settings/templates/${row.platformKey}/${row.kind}/${row.language}`}>
                    {noticeKindLabels[row.kind]}, {languages[row.language]}
                  </TextLink>
                ),
              },
              { key: "words", header: "Words", cell: (row) => (row.number === null ? "The product’s" : <Badge tone="accent">Own, version {row.number}</Badge>) },
              { key: "waits", header: "Changes", from: "sm", cell: (row) => (row.waits ? <Time at={row.waits} now={now} zone={row.zone} brief /> : "—") },
              {
                key: "failed",
                header: "Failed in 30 days",
                cell: (row) => (row.failed > 0 ? <Badge tone="danger">{row.failed} sent in the product’s words</Badge> : "None"),
              },
            ]}
          />
        </Panel>
      ))}
    </div>
  );
}

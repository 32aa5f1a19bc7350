import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { Waves } from "lucide-react";
import { Badge } from "~/components/badge";
import { Button } from "~/components/button";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { WaveMark } from "~/modules/cases/wave-mark";
import { IntakeTabs } from "~/modules/intake/intake-tabs";
import { waveList } from "~/modules/intake/report-wave.queries.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

export const meta: MetaFunction = () => [{ title: "Waves of reports" }];

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  const { searchParams } = new URL(request.url);
  const platforms = await platformChoices(deps.db);
  const platform = platforms.find(({ key }) => key === searchParams.get("platform")) ?? null;
  const page = await waveList(deps.db, { platformId: platform?.id ?? null, after: searchParams.get("after") });
  return { ...page, platforms, platform: platform?.key ?? "", first: !searchParams.has("after"), now: deps.clock().toISO() };
}

export default function WavesOfReports() {
  const { rows, next, platforms, platform, first, now } = useLoaderData<typeof loader>();
  const here = (after: string) => `/intake/waves?${new URLSearchParams({ ...(platform ? { platform } : {}), ...(after ? { after } : {}) }).toString()}`;
  return (
    <>
      <PageHeader
        title="Waves of reports"
        lead="Several people reported nearly the same message. The wave that grew last comes first. Nothing is joined: each report stays in its own case."
        actions={
          <Form method="get" className="flex gap-2">
            <SelectControl name="platform" aria-label="Platform" defaultValue={platform} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
            <Button type="submit">Show</Button>
          </Form>
        }
      />
      <IntakeTabs current="waves" />
      <Panel flush>
        {rows.length === 0 ? (
          <EmptyState title="No message was reported twice" icon={<Waves aria-hidden="true" className="size-8" />}>
            Reports are compared within seconds of coming in. Messages that are nearly the same show up here.
          </EmptyState>
        ) : (
          <DenseList label="Waves of reports">
            {rows.map((row) => (
              <DenseItem key={row.id} className="hover:bg-hover">
                <Link to={`/intake/waves/${row.id}`} className="grid gap-1">
                  <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <WaveMark size={row.size} />
                    <Badge>{row.platform}</Badge>
                    <span className="ml-auto text-muted">
                      <Time at={row.firstAt} now={now} zone="UTC" brief /> – <Time at={row.lastAt} now={now} zone="UTC" brief />
                    </span>
                  </span>
                  <span dir="auto" className="line-clamp-2 wrap-anywhere">
                    {row.excerpt}
                  </span>
                </Link>
              </DenseItem>
            ))}
          </DenseList>
        )}
      </Panel>
      <Pagination previous={first ? null : here("")} next={next ? here(next) : null} />
    </>
  );
}

import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { requireStaff } from "~/modules/access/require-staff.server";
import { sizeOfWave } from "~/modules/cases/wave-mark";
import { wavePage } from "~/modules/intake/report-wave.queries.server";
import { WaveFacts, WaveMembers } from "~/modules/intake/wave-members";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data ? `${sizeOfWave(data.wave.size)} reports` : "Wave of reports" }];

export async function loader({ request, context: { deps }, params }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  const id = z.uuid().safeParse(params.id);
  const after = new URL(request.url).searchParams.get("after");
  const page = id.success ? await wavePage(deps.db, id.data, after) : null;
  if (!page) throw new Response(null, { status: 404 });
  return { ...page, first: !after, now: deps.clock().toISO() };
}

export default function WaveOfReports() {
  const { wave, spread, rows, next, first, now } = useLoaderData<typeof loader>();
  const seen = { now, zone: wave.platform.zone };
  return (
    <>
      <PageHeader
        title={`${sizeOfWave(wave.size)} ${wave.size === 1 ? "report" : "reports"}`}
        lead="Their messages are nearly the same: links, numbers, spelling and names left aside. Nothing is joined; each report stays in its own case and is decided by itself."
        crumbs={[{ label: "Reports to match", to: "/intake" }, { label: "Waves", to: "/intake/waves" }, { label: sizeOfWave(wave.size) }]}
      />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <Panel title="Reports, newest first" flush className="h-fit">
          <WaveMembers rows={rows} seen={seen} />
        </Panel>
        <Panel title="The wave" className="h-fit">
          <WaveFacts wave={wave} spread={spread} seen={seen} />
        </Panel>
      </div>
      <Pagination previous={first ? null : `/intake/waves/${wave.id}`} next={next ? `/intake/waves/${wave.id}?after=${next}` : null} />
    </>
  );
}

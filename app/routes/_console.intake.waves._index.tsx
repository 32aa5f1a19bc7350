import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { Waves } from "lucide-react";
import { Badge } from "~/components/badge";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { WaveMark } from "~/modules/cases/wave-mark";
import { intakeListAsked } from "~/modules/intake/intake-list.queries.server";
import { IntakePage } from "~/modules/intake/intake-page";
import { waveList } from "~/modules/intake/report-wave.queries.server";

export const meta: MetaFunction = () => [{ title: "Waves of reports" }];

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  const { asked, shown } = await intakeListAsked(deps, request);
  return { ...shown, ...(await waveList(deps.db, asked)), now: deps.clock().toISO() };
}

export default function WavesOfReports() {
  const { rows, now, ...list } = useLoaderData<typeof loader>();
  return (
    <IntakePage {...list} current="waves" title="Waves of reports" lead="Several people reported nearly the same message. The wave that grew last comes first. Nothing is joined: each report stays in its own case.">
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
    </IntakePage>
  );
}

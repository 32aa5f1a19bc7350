import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { UserRoundCheck } from "lucide-react";
import { Badge } from "~/components/badge";
import { DenseItem, DenseList } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { inFigures } from "~/modules/reporters/reporter-page";
import { reportersToWatch } from "~/modules/reporters/reporters.queries.server";

export const meta: MetaFunction = () => [{ title: "Misuse of reporting" }];

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  await requireStaff(request, { deps }, "case:read");
  return { reporters: await reportersToWatch(deps.db, deps.clock()), now: deps.clock().toISO() };
}

export default function Reporters() {
  const { reporters, now } = useLoaderData<typeof loader>();
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Reports to match", to: "/intake" }, { label: "Misuse of reporting" }]}
        title="Misuse of reporting"
        lead="People whose reports often turn out unfounded, those under a measure, and objections to answer. Who they are stays sealed."
      />
      <Panel flush>
        {reporters.length === 0 ? (
          <EmptyState title="Nobody stands out" icon={<UserRoundCheck aria-hidden="true" className="size-8" />}>
            A reporter appears here once several of their reports were found unfounded.
          </EmptyState>
        ) : (
          <DenseList label="Reporters">
            {reporters.map((reporter) => (
              <DenseItem key={reporter.id} className="hover:bg-hover">
                <Link to={`/reporters/${reporter.id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1">
                  <span className="font-mono font-semibold">Reporter {reporter.id.slice(-6)}</span>
                  <Badge>{reporter.platform}</Badge>
                  <span>
                    {inFigures(reporter)}, of {reporter.total} in 180 days
                  </span>
                  {reporter.warned ? <Badge>warned</Badge> : null}
                  {reporter.mutedUntil ? (
                    <span className="text-muted">
                      set aside until <Time at={reporter.mutedUntil} now={now} zone={reporter.zone} brief />
                    </span>
                  ) : null}
                  {reporter.objectionDueAt ? (
                    <span className="ml-auto flex flex-wrap items-center gap-x-2">
                      <span>objection</span>
                      <Deadline at={reporter.objectionDueAt} now={now} zone={reporter.zone} />
                    </span>
                  ) : null}
                </Link>
              </DenseItem>
            ))}
          </DenseList>
        )}
      </Panel>
    </>
  );
}

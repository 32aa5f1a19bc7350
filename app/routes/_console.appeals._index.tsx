import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Scale } from "lucide-react";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { TabLinks } from "~/components/tabs";
import { Deadline, Time } from "~/components/time";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { actionKindWords, AppealStatePill, LateBadge, PausedBadge, StepBadge, UnconfirmedBadge } from "~/modules/appeals/appeal-labels";
import { appealsFilterSchema, appealsViewNames, appealsViews, type AppealsView } from "~/modules/appeals/appeals-view";
import { SlaFiguresPanel } from "~/modules/appeals/sla-figures";
import { slaFigures } from "~/modules/appeals/sla-figures.queries.server";
import { listAppeals, type AppealRow } from "~/modules/appeals/appeals.queries.server";

export const meta: MetaFunction = () => [{ title: "Appeals · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:read");
  const { view, after } = appealsFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const page = await listAppeals(context.deps, { view, staffId: actor.id, after: after ?? null });
  await noteOutcomeSeen(context.deps, actor, { appealReferences: page.rows.map(({ reference }) => reference) });
  return { ...page, figures: after ? null : await slaFigures(context.deps), view, paged: Boolean(after), now: context.deps.clock().toISO() };
}

const empty: Record<AppealsView, { title: string; text: string }> = {
  open: { title: "No open appeals", text: "Appeals appear here as soon as account holders file them, the one due first on top." },
  mine: { title: "You review no appeals", text: "Open one of the appeals that nobody has yet and take it." },
  unassigned: { title: "Every open appeal has a reviewer", text: "New ones appear here when they are filed." },
  settled: { title: "Nothing settled yet", text: "Appeals that were ruled on or withdrawn are kept here." },
};

export default function Appeals() {
  const { rows, next, view, paged, now, figures } = useLoaderData<typeof loader>();
  const tabs = appealsViews.map((name) => ({ to: `/appeals?view=${name}`, label: appealsViewNames[name], current: name === view }));
  return (
    <>
      <PageHeader
        title="Appeals"
        lead="What account holders object to. Nobody rules on a decision they made or approved."
        actions={<TextLink to="/appeals/unmatched">Appeals to match</TextLink>}
      />
      <TabLinks label="Which appeals" tabs={tabs} />
      <Panel flush className="mt-4">
        <DataTable
          caption={`${appealsViewNames[view]} appeals`}
          rows={rows}
          rowKey={(row) => row.id}
          empty={
            <EmptyState title={empty[view].title} icon={<Scale aria-hidden="true" className="size-8" />}>
              {empty[view].text}
            </EmptyState>
          }
          columns={[
            {
              key: "appeal",
              header: "Appeal",
              cell: (row) => (
                <div className="grid gap-0.5">
                  <TextLink to={`/appeals/${row.reference}`} className="font-medium">
                    {row.businessName}
                  </TextLink>
                  <span className="text-xs text-muted">
                    {row.reference} · {row.platform}
                  </span>
                  <StateBadges row={row} settled={view === "settled"} className="mt-1 flex sm:hidden" />
                </div>
              ),
            },
            {
              key: "against",
              header: "Against",
              from: "md",
              cell: (row) => (
                <>
                  {actionKindWords[row.actionKind]}
                  {row.clauses.length > 0 ? <span className="block text-xs text-muted">{row.clauses.join(", ")}</span> : null}
                </>
              ),
            },
            view === "settled"
              ? { key: "settled", header: "Settled", cell: (row) => (row.ruledAt ? <Time at={row.ruledAt} now={now} zone={row.zone} /> : "By the account holder") }
              : { key: "due", header: "Due", cell: (row) => row.pause ? <Paused row={row} now={now} /> : <Deadline at={row.due.at} left={row.due.left ?? undefined} computed={row.due.computed} now={now} zone={row.zone} soonHours={96} /> },
            {
              key: "state",
              header: "State",
              from: "sm",
              cell: (row) => <StateBadges row={row} settled={view === "settled"} className="flex" />,
            },
            { key: "reviewer", header: "Reviewer", from: "sm", cell: (row) => row.reviewer ?? <span className="text-muted">Nobody yet</span> },
            { key: "filed", header: "Filed", from: "lg", cell: (row) => <Time at={row.filedAt} now={now} zone={row.zone} brief /> },
          ]}
        />
      </Panel>
      <Pagination previous={paged ? `/appeals?view=${view}` : null} next={next ? `/appeals?view=${view}&after=${next}` : null} />
      {figures ? <SlaFiguresPanel figures={figures} /> : null}
    </>
  );
}

/** Beside the row's name where there is no room for a column of their own. */
function StateBadges({ row, settled, className }: { row: AppealRow; settled: boolean; className: string }) {
  return (
    <span className={`${className} flex-wrap gap-1`}>
      <AppealStatePill state={row.state} />
      {row.late ? <LateBadge /> : null}
      {row.unconfirmed ? <UnconfirmedBadge /> : null}
      {row.pause ? <PausedBadge /> : null}
      {row.step && (!settled || row.step === "breached") ? <StepBadge step={row.step} /> : null}
    </span>
  );
}

function Paused({ row, now }: { row: AppealRow; now: string }) {
  return (
    <p className="text-sm">
      {row.pause!.left ?? "Nothing"} left when it goes on
      <span className="block text-muted">
        Waits for the account holder since <Time at={row.pause!.since} now={now} zone={row.zone} />
      </span>
    </p>
  );
}

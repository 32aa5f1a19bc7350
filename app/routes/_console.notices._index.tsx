import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { MailCheck } from "lucide-react";
import { ButtonLink } from "~/components/button";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { listMail, mailPlatforms } from "~/modules/notices/mail-log.queries.server";
import { noticeFilterSchema, noticeLogAddress } from "~/modules/notices/notice-filter.schema";
import { NoticeFilters, NoticeLog } from "~/modules/notices/notice-log";

const pageSize = 50;

export const meta: MetaFunction = () => [{ title: "Notices · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "notice:read");
  const { after, ...filter } = noticeFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const { platform: platformKey, ...narrowed } = filter;
  const [rows, platforms] = await Promise.all([listMail(deps, { ...narrowed, platformKey, after, limit: pageSize + 1 }), mailPlatforms(deps)]);
  const shown = rows.slice(0, pageSize);
  if (filter.accountId || filter.caseId) await noteOutcomeSeen(deps, actor, { noticeIds: shown.map(({ id }) => id) });
  return {
    rows: shown.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), handedOverAt: row.handedOverAt?.toISOString() ?? null })),
    filter,
    platforms,
    now: deps.clock().toISO(),
    first: after === undefined ? null : noticeLogAddress(filter),
    next: rows.length > pageSize ? noticeLogAddress({ ...filter, after: shown.at(-1)!.id }) : null,
  };
}

export default function Notices() {
  const { rows, filter, platforms, now, first, next } = useLoaderData<typeof loader>();
  const narrowed = noticeLogAddress(filter) !== "/notices";
  return (
    <>
      <PageHeader title="Notices" lead="Everything people were told by mail, and what became of it." actions={<><ButtonLink to="/notices/sending">Sending</ButtonLink> <ButtonLink to="/notices/campaigns">Campaigns</ButtonLink></>} />
      <NoticeFilters filter={filter} platforms={platforms} />
      <Panel flush>
        {rows.length > 0 ? (
          <NoticeLog rows={rows} now={now} />
        ) : (
          <EmptyState
            title={narrowed ? "No message fits" : "Nobody has been written to yet"}
            icon={<MailCheck aria-hidden="true" className="size-8" />}
            action={narrowed ? <TextLink to="/notices">Show every message</TextLink> : undefined}
          >
            {narrowed ? "Choose another state, message or platform." : "Receipts, questions, statements of reasons and rulings are listed here as they are written."}
          </EmptyState>
        )}
      </Panel>
      <Pagination previous={first} next={next} label="Pages of the list" />
    </>
  );
}

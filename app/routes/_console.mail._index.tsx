import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { MailOpen } from "lucide-react";
import { EmptyState } from "~/components/empty-state";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { requireStaff } from "~/modules/access/require-staff.server";
import { receivedMailAddress, receivedMailFilterSchema } from "~/modules/inbound-mail/received-mail-filter.schema";
import { ReceivedMailFilters, ReceivedMailList } from "~/modules/inbound-mail/received-mail-list";
import { listReceivedMail } from "~/modules/inbound-mail/received-mail.queries.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

const pageSize = 50;

export const meta: MetaFunction = () => [{ title: "Mail in · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { deps } = context;
  await requireStaff(request, context, "case:read");
  const { after, ...filter } = receivedMailFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const { platform: platformKey, ...narrowed } = filter;
  const [rows, platforms] = await Promise.all([listReceivedMail(deps, { ...narrowed, platformKey, after, limit: pageSize + 1 }), platformChoices(deps.db)]);
  const shown = rows.slice(0, pageSize);
  return {
    rows: shown.map((row) => ({ ...row, receivedAt: row.receivedAt.toISOString() })),
    filter,
    platforms: platforms.map(({ key, name }) => ({ key, name })),
    now: deps.clock().toISO(),
    first: after === undefined ? null : receivedMailAddress(filter),
    next: rows.length > pageSize ? receivedMailAddress({ ...filter, after: shown.at(-1)!.id }) : null,
  };
}

export default function MailIn() {
  const { rows, filter, platforms, now, first, next } = useLoaderData<typeof loader>();
  const narrowed = receivedMailAddress(filter) !== "/mail";
  return (
    <>
      <PageHeader title="Mail in" lead="Everything that came by mail to the platforms' addresses, and what became of it." />
      <ReceivedMailFilters filter={filter} platforms={platforms} />
      <Panel flush>
        {rows.length > 0 ? (
          <ReceivedMailList rows={rows} now={now} />
        ) : (
          <EmptyState
            title={narrowed ? "No mail fits" : "No mail has come in yet"}
            icon={<MailOpen aria-hidden="true" className="size-8" />}
            action={narrowed ? <TextLink to="/mail">Show every mail</TextLink> : undefined}
          >
            {narrowed ? "Choose another state, kind or platform." : "Reports, appeals and bounces that come by mail are listed here as they arrive."}
          </EmptyState>
        )}
      </Panel>
      <Pagination previous={first} next={next} label="Pages of the list" />
    </>
  );
}

import { data, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { InputField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { isId } from "~/infra/id";
import { requireStaff } from "~/modules/access/require-staff.server";
import { HealthChart } from "~/modules/signals/health-chart";
import { senderHealth } from "~/modules/signals/sender-health.queries.server";
import { figure, share } from "~/modules/signals/signal-words";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `Sender health of ${loaded?.health.businessName ?? "an account"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  await requireStaff(request, context, "signal:read");
  const query = new URL(request.url).searchParams;
  const health = isId(params.id) ? await senderHealth(context.deps, params.id, { from: query.get("from"), to: query.get("to") }) : null;
  if (!health) throw data({ sentence: "No account has this id. Search for the business by its name." }, { status: 404 });
  return { health, id: params.id! };
}

export default function SenderHealthPage() {
  const { health, id } = useLoaderData<typeof loader>();
  const { totals, spread, range } = health;
  const contacts = spread.once + spread.few + spread.many;
  return (
    <>
      <PageHeader crumbs={[{ label: "Accounts", to: "/accounts" }, { label: health.businessName, to: `/accounts/${id}` }, { label: "Sender health" }]} title="Sender health" lead={`What ${health.businessName} sent, by the days of ${health.zone}, for as long as events are kept.`} />
      <Form key={`${range.from} ${range.to}`} method="get" aria-label="Choose days" className="mb-4 flex flex-wrap items-end gap-3">
        <InputField label="From" type="date" name="from" defaultValue={range.from} min={health.oldest} max={health.today} required />
        <InputField label="To" type="date" name="to" defaultValue={range.to} min={health.oldest} max={health.today} required />
        <Button type="submit">Show these days</Button>
        <TextLink to={`/accounts/${id}/health`}>All days</TextLink>
      </Form>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Panel title="In these days" id="totals">
          <Facts
            facts={[
              { name: "Sent", value: figure(totals.sent) },
              { name: "Delivered, of sent", value: share(totals.delivered, totals.sent) },
              { name: "Failed, of sent", value: share(totals.failed, totals.sent) },
              { name: "Opt-outs, of delivered", value: share(totals.optOuts, totals.delivered) },
              { name: "Marketing in quiet hours", value: share(totals.quiet, totals.marketing) },
              { name: "Contacts sent marketing once", value: share(spread.once, contacts) },
              { name: "2 or 3 times", value: share(spread.few, contacts) },
              { name: "More than 3 times", value: share(spread.many, contacts) },
              { name: `Follow-ups within ${health.spacingHours} hours`, value: share(spread.tooClose, spread.followUps) },
            ]}
          />
        </Panel>
        <Panel title="By day" id="days" flush>
          <HealthChart health={health} />
          <details className="border-t border-line p-4" open={health.days.length <= 7}>
            <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">The same in numbers</summary>
            <DataTable
              caption="Messages by day"
              rows={health.days}
              rowKey={({ day }) => day}
              columns={[
                { key: "day", header: "Day", cell: ({ day }) => <TextLink to={`?from=${day}&to=${day}`}>{day}</TextLink> },
                { key: "sent", header: "Sent", align: "right", cell: ({ sent }) => figure(sent) },
                { key: "delivered", header: "Delivered", align: "right", cell: ({ delivered }) => figure(delivered) },
                { key: "failed", header: "Failed", align: "right", cell: ({ failed }) => figure(failed) },
                { key: "out", header: "Opt-outs, of delivered", align: "right", cell: ({ optOuts, delivered }) => share(optOuts, delivered) },
                { key: "quiet", header: "Quiet hours, of marketing", align: "right", cell: ({ quiet, marketing }) => share(quiet, marketing) },
              ]}
            />
          </details>
        </Panel>
        <Panel title="Before and after each measure" id="measures" flush>
          <DataTable
            caption="Before and after each measure"
            rows={health.actions}
            rowKey={(action) => action.id}
            empty={<EmptyState title="No measure began in these days">Once one does, the week before it is compared with the week after.</EmptyState>}
            columns={[
              { key: "what", header: "Measure", cell: (action) => <TextLink to={`/actions/${action.id}`}>{`${action.kind.replaceAll("_", " ")}, ${action.reference}`}</TextLink> },
              { key: "day", header: "Began", cell: ({ day }) => day },
              { key: "sent", header: "Sent, 7 days before and after", align: "right", cell: ({ before, after }) => `${figure(before.sent)} → ${figure(after.sent)}` },
              { key: "out", header: "Opt-outs of delivered", align: "right", cell: ({ before, after }) => `${share(before.optOuts, before.delivered)} → ${share(after.optOuts, after.delivered)}` },
              { key: "quiet", header: "Quiet hours of marketing", align: "right", cell: ({ before, after }) => `${share(before.quiet, before.marketing)} → ${share(after.quiet, after.marketing)}` },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

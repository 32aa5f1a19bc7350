import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { Form, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { InputField, SelectField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { isId } from "~/infra/id";
import { refusals } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { senderHealthLinkSchema } from "~/modules/appeals/share-sender-health.schema";
import { revokeSenderHealth, shareSenderHealth } from "~/modules/appeals/share-sender-health.server";
import { HealthBrush } from "~/modules/signals/health-brush";
import { barName } from "~/modules/signals/health-chart";
import { ModePill } from "~/modules/signals/rule-history";
import { senderHealth } from "~/modules/signals/sender-health.queries.server";
import { figure, ruleTitle, share } from "~/modules/signals/signal-words";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `Sender health of ${loaded?.health.businessName ?? "an account"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "signal:read");
  const query = new URL(request.url).searchParams;
  const asked = { from: query.get("from"), to: query.get("to"), fromHour: query.get("fromHour"), toHour: query.get("toHour") };
  const health = isId(params.id) ? await senderHealth(context.deps, params.id, asked) : null;
  if (!health) throw data({ sentence: "No account has this id. Search for the business by its name." }, { status: 404 });
  return { health, id: params.id!, mayShare: may(actor, "case:work") };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:work");
  const input = senderHealthLinkSchema.safeParse({ accountId: params.id, intent: (await readForm(request)).get("intent") });
  if (!input.success) throw data(null, { status: 422 });
  const { accountId, intent } = input.data;
  const done = intent === "share" ? await shareSenderHealth(context.deps, actor, accountId) : await revokeSenderHealth(context.deps, actor, accountId);
  const text = !done.ok ? (refusals[done.reason]?.sentence ?? done.reason) : "mails" in done ? `The link is on its way to ${done.mails === 1 ? "one address" : `${done.mails} addresses`}.` : done.links === 0 ? "No link was open." : "Links that were sent open nothing any more.";
  return redirectWithFlash(`/accounts/${accountId}/health`, { tone: done.ok ? "ok" : "danger", text });
}

const hourChoices = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), label: `${String(hour).padStart(2, "0")}:00` }));
const lastHourChoices = hourChoices.map(({ value, label }) => ({ value, label: label.replace(":00", ":59") }));

export default function SenderHealthPage() {
  const { health, id, mayShare } = useLoaderData<typeof loader>();
  const { totals, range, bars, hourly } = health;
  const key = JSON.stringify(range);
  const isEmpty = bars.every(({ sent, delivered, failed, optOuts }) => sent + delivered + failed + optOuts === 0);
  return (
    <>
      <PageHeader crumbs={[{ label: "Accounts", to: "/accounts" }, { label: health.businessName, to: `/accounts/${id}` }, { label: "Sender health" }]} title="Sender health" lead={`What ${health.businessName} sent, by the clock of ${health.zone}, for as long as events are kept.`} />
      {health.behindSince !== undefined ? (
        <Callout tone="warn" role="status" className="mb-4">
          {health.behindSince === null ? "The events of this account were not counted yet: numbers appear here as the worker counts them. " : <>The numbers end at <Time at={health.behindSince} now={health.now} zone={health.zone} />: the worker that counts events is behind. </>}
          Nothing is lost, events are safe in the store. If this stays, see whether a worker runs.
        </Callout>
      ) : null}
      <Form key={key} method="get" aria-label="Choose a time" className="mb-4 flex flex-wrap items-end gap-3">
        <InputField label="From" type="date" name="from" defaultValue={range.from} min={health.oldest} max={health.today} required />
        {hourly ? <SelectField label="First hour" name="fromHour" defaultValue={String(range.fromHour)} options={hourChoices} required /> : null}
        <InputField label="To" type="date" name="to" defaultValue={range.to} min={health.oldest} max={health.today} required />
        {hourly ? <SelectField label="Last hour" name="toHour" defaultValue={String(range.toHour)} options={lastHourChoices} required /> : null}
        <Button type="submit">Show this time</Button>
        <TextLink to={`/accounts/${id}/health`}>All days</TextLink>
      </Form>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Panel title="In this time" id="totals">
          <Facts
            facts={[
              { name: "Sent", value: figure(totals.sent) },
              { name: "Delivered, of sent", value: share(totals.delivered, totals.sent) },
              { name: "Failed, of sent", value: share(totals.failed, totals.sent) },
              { name: "Opt-outs, of marketing delivered", value: share(totals.optOuts, totals.marketingDelivered) },
              { name: "Marketing in quiet hours of the recipient", value: share(totals.quiet, totals.marketing) },
            ]}
          />
        </Panel>
        <Panel title={hourly ? "By hour" : "By day"} id="days" flush>
          {isEmpty ? (
            <EmptyState title="No message in this time">
              {range.from === health.oldest && range.to === health.today ? "Events of this account appear here within seconds of their arrival." : <>Choose another time above, or see <TextLink to={`/accounts/${id}/health`}>all days</TextLink>.</>}
            </EmptyState>
          ) : (
            <>
              <HealthBrush key={key} bars={bars} marks={health.actions} />
              <details className="border-t border-line p-4" open={bars.length <= 7}>
                <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">The same in numbers</summary>
                <DataTable
                  caption={hourly ? "Messages by hour" : "Messages by day"}
                  rows={bars}
                  rowKey={(bar) => bar.key}
                  columns={[
                    { key: "day", header: hourly ? "Hour" : "Day", cell: (bar) => (hourly ? barName(bar.key) : <TextLink to={`?from=${bar.key}&to=${bar.key}`}>{bar.key}</TextLink>) },
                    { key: "sent", header: "Sent", align: "right", cell: ({ sent }) => figure(sent) },
                    { key: "delivered", header: "Delivered", align: "right", cell: ({ delivered }) => figure(delivered) },
                    { key: "failed", header: "Failed", align: "right", cell: ({ failed }) => figure(failed) },
                    { key: "out", header: "Opt-outs, of marketing delivered", align: "right", cell: ({ optOuts, marketingDelivered }) => share(optOuts, marketingDelivered) },
                    { key: "quiet", header: "Quiet hours, of marketing", align: "right", cell: ({ quiet, marketing }) => share(quiet, marketing) },
                  ]}
                />
              </details>
            </>
          )}
        </Panel>
        {mayShare ? (
          <Panel title="What the account holder sees" id="share">
            <p className="mb-3 max-w-prose text-sm text-muted">
              The figures of their own messages and what to fix, by a link that lasts 30 days. It shows no report, case, measure or bound of a rule, and nothing of rules in shadow.
            </p>
            <Form method="post" className="flex flex-wrap gap-2">
              <Button type="submit" name="intent" value="share">Send the holder a link</Button>
              <Button type="submit" name="intent" value="revoke">Take back links that were sent</Button>
            </Form>
          </Panel>
        ) : null}
        <Panel title="How often, how soon, and to whom" id="contacts" flush>
          <DataTable
            caption={`What the rules found in the days from ${range.from} to ${range.to}`}
            rows={health.rules}
            rowKey={({ rule }) => rule}
            columns={[
              { key: "rule", header: "Rule", cell: ({ rule }) => <TextLink to={`/signals?rule=${rule}&account=${encodeURIComponent(health.externalId)}&platform=${health.platformKey}`}>{ruleTitle(rule)}</TextLink> },
              { key: "breaches", header: "Messages, with what they are measured by", align: "right", cell: ({ breaches, of, denominator }) => `${share(breaches, of)} ${denominator}` },
              { key: "mode", header: "The rule now", cell: ({ mode }) => (mode ? <ModePill mode={mode} /> : "The policies have no such clause") },
            ]}
          />
          <p className="border-t border-line p-4 text-sm text-muted">Counted by the rules, for whole days of {health.zone}. Where a rule is off, or leaves the account alone, it counts nothing.</p>
        </Panel>
        <Panel title="Before and after each measure" id="measures" flush>
          <DataTable
            caption="Before and after each measure"
            rows={health.actions}
            rowKey={(action) => action.id}
            empty={<EmptyState title="No measure began in the days there are">Once one does, the week before it is compared with the week after.</EmptyState>}
            columns={[
              { key: "what", header: "Measure", cell: (action) => <TextLink to={`/actions/${action.id}`}>{`${action.kind.replaceAll("_", " ")}, ${action.reference}`}</TextLink> },
              { key: "day", header: "Began", cell: ({ slot }) => barName(slot) },
              { key: "sent", header: "Sent, 7 days before and after", align: "right", cell: ({ before, after }) => `${figure(before.sent)} → ${figure(after.sent)}` },
              { key: "out", header: "Opt-outs of marketing delivered", align: "right", cell: ({ before, after }) => `${share(before.optOuts, before.marketingDelivered)} → ${share(after.optOuts, after.marketingDelivered)}` },
              { key: "quiet", header: "Quiet hours of marketing", align: "right", cell: ({ before, after }) => `${share(before.quiet, before.marketing)} → ${share(after.quiet, after.marketing)}` },
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

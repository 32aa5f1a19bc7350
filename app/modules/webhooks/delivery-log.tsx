import { Form } from "@remix-run/react";
import { StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { Code, CodeBlock } from "~/components/code-block";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { FilterLinks } from "~/components/filter-links";
import { TextLink } from "~/components/link";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { logAddress, type LogFilter } from "./webhook.schema";
import type { DeliveryPage } from "./webhooks.queries.server";

type Delivery = DeliveryPage["rows"][number];

interface Shown {
  page: DeliveryPage;
  filter: LogFilter;
  endpoints: readonly { id: string; description: string }[];
  now: string;
}

/** What endpoints were told, attempt by attempt, and the button that tells it again. */
export function DeliveryLog({ page, filter, endpoints, now }: Shown) {
  const narrowed = filter.endpoint !== undefined || filter.state !== undefined;
  const states = [
    [undefined, "All"],
    ["pending", "On its way"],
    ["failed", "Given up"],
  ] as const;
  return (
    <>
      <Panel title="Deliveries" id="deliveries" flush>
        {endpoints.length > 1 ? (
          <FilterLinks
            label="Deliveries to"
            links={[
              { to: logAddress(filter, { endpoint: undefined }), current: filter.endpoint === undefined, label: "Every endpoint" },
              ...endpoints.map(({ id, description }) => ({ to: logAddress(filter, { endpoint: id }), current: filter.endpoint === id, label: description })),
            ]}
          />
        ) : null}
        <FilterLinks label="Deliveries by state" links={states.map(([state, label]) => ({ to: logAddress(filter, { state }), current: filter.state === state, label }))} />
        <DataTable
          caption="Deliveries"
          rows={page.rows}
          rowKey={(row) => row.id}
          empty={
            narrowed ? (
              <EmptyState title="No delivery fits" action={<TextLink to={logAddress({})}>Show all deliveries</TextLink>}>
                What was sent is kept for 90 days.
              </EmptyState>
            ) : (
              <EmptyState title="Nothing was sent yet">Messages are listed here as soon as something happens that an endpoint is told of.</EmptyState>
            )
          }
          columns={[
            { key: "what", header: "Message", cell: (row) => <Message row={row} now={now} /> },
            { key: "to", header: "To", from: "md", cell: (row) => row.endpoint },
            { key: "when", header: "Happened", from: "sm", cell: (row) => <Time at={row.occurredAt} now={now} zone="UTC" brief /> },
            { key: "state", header: "State", cell: (row) => <State row={row} now={now} /> },
            { key: "next", header: "Next attempt", from: "lg", cell: (row) => (row.nextAttemptAt ? <Time at={row.nextAttemptAt} now={now} zone="UTC" brief /> : "–") },
            {
              key: "again",
              header: <span className="sr-only">Action</span>,
              align: "right",
              cell: (row) =>
                row.state === "pending" ? null : (
                  <Form method="post" preventScrollReset>
                    <input type="hidden" name="deliveryId" value={row.id} />
                    <Button type="submit" name="intent" value="replay" size="sm" aria-label={`Send ${row.type} to ${row.endpoint} again`}>
                      Send again
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </Panel>
      <Pagination previous={filter.before ? logAddress(filter) : null} next={page.next ? logAddress(filter, { before: page.next }) : null} label="Pages of the deliveries" />
    </>
  );
}

function Message({ row, now }: { row: Delivery; now: string }) {
  return (
    <details>
      <summary className="cursor-pointer">
        {row.type}
        {row.replay ? " (sent again)" : ""}
      </summary>
      <p className="mt-1 text-sm wrap-anywhere">
        <Code>{row.messageId}</Code> to {row.endpoint}, <Code>{row.url}</Code>
      </p>
      <CodeBlock label="Body">{row.payload}</CodeBlock>
      <ol className="mt-1 text-sm">
        {row.attempts.map((attempt) => (
          <li key={attempt.number}>
            {`${attempt.number}. ${attempt.status ?? attempt.error} in ${attempt.tookMs} ms, `}
            <Time at={attempt.at} now={now} zone="UTC" brief />
          </li>
        ))}
      </ol>
    </details>
  );
}

function State({ row: { state, attempts, waitsFor }, now }: { row: Delivery; now: string }) {
  switch (state) {
    case "pending":
      if (waitsFor) return <Waits waitsFor={waitsFor} now={now} />;
      return attempts.length === 0 ? (
        <StatusPill tone="info">On its way</StatusPill>
      ) : (
        <StatusPill tone="warn" shape="triangle">
          {attempts.length === 1 ? "Failed once" : `Failed ${attempts.length} times`}
        </StatusPill>
      );
    case "delivered":
      return <StatusPill tone="ok">Delivered</StatusPill>;
    case "failed":
      return (
        <StatusPill tone="danger" shape="octagon">
          Given up
        </StatusPill>
      );
    case "cancelled":
      return <StatusPill shape="bar">Cancelled</StatusPill>;
  }
}

/** Messages of one account go out one after the other, so one that fails holds up what comes after it. */
function Waits({ waitsFor: { type, attempts, nextAttemptAt }, now }: { waitsFor: NonNullable<Delivery["waitsFor"]>; now: string }) {
  return (
    <>
      <StatusPill tone="info" shape="bar">
        Waits its turn
      </StatusPill>
      <span className="mt-1 block text-sm text-muted">
        {`Behind ${type} of the same account, ${attempts === 0 ? "which is on its way" : attempts === 1 ? "which failed once" : `which failed ${attempts} times`}`}
        {nextAttemptAt ? (
          <>
            ; that is tried again <Time at={nextAttemptAt} now={now} zone="UTC" brief />
          </>
        ) : null}
      </span>
    </>
  );
}

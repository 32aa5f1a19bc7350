import { Form } from "@remix-run/react";
import { StatusPill, type BadgeShape, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { SelectControl } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import { mailKinds, mailStates, type MailState } from "./received-mail";
import type { ReceivedMailFilter } from "./received-mail-filter.schema";
import type { ListedMail } from "./received-mail.queries.server";
import { mailKindLabels, mailRoleLabels, mailStateLabels, outcomeLabel } from "./received-mail-words";

const looks: Record<MailState, { tone: Tone; shape: BadgeShape }> = {
  received: { tone: "info", shape: "ring" },
  settled: { tone: "ok", shape: "dot" },
  unreadable: { tone: "warn", shape: "triangle" },
};

export const MailStatePill = ({ state }: { state: MailState }) => <StatusPill {...looks[state]}>{mailStateLabels[state]}</StatusPill>;

/** Works without JavaScript: the choices travel in the address. */
export function ReceivedMailFilters({ filter, platforms }: { filter: ReceivedMailFilter; platforms: readonly { key: string; name: string }[] }) {
  return (
    <Form method="get" className="mb-4 grid gap-2 sm:grid-cols-[repeat(3,minmax(0,14rem))_auto] sm:justify-start" aria-label="Narrow the list">
      <SelectControl name="state" aria-label="State" defaultValue={filter.state ?? ""} placeholder="Any state" options={mailStates.map((value) => ({ value, label: mailStateLabels[value] }))} />
      <SelectControl name="kind" aria-label="Kind" defaultValue={filter.kind ?? ""} placeholder="Any kind" options={mailKinds.map((value) => ({ value, label: mailKindLabels[value] }))} />
      <SelectControl name="platform" aria-label="Platform" defaultValue={filter.platform ?? ""} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
      <Button type="submit">Show</Button>
    </Form>
  );
}

export function ReceivedMailList({ rows, now }: { rows: readonly (Omit<ListedMail, "receivedAt"> & { receivedAt: string })[]; now: string }) {
  return (
    <DataTable
      caption="Received mail, newest first"
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: "kind",
          header: "Mail",
          className: "min-w-28",
          cell: (row) => (
            <>
              <TextLink to={`/mail/${row.id}`}>{row.kind ? mailKindLabels[row.kind] : "Not read yet"}</TextLink>
              {row.feedbackType ? <span className="block text-muted">{row.feedbackType}</span> : null}
            </>
          ),
        },
        { key: "state", header: "State", cell: (row) => <MailStatePill state={row.state} /> },
        {
          key: "outcome",
          header: "What became of it",
          from: "sm",
          cell: (row) => (
            <>
              {outcomeLabel(row.outcome)}
              {row.reportReference ?? row.appealReference ? <span className="block text-muted">{row.reportReference ?? row.appealReference}</span> : null}
            </>
          ),
        },
        { key: "from", header: "Sender", from: "lg", cell: (row) => <span className="wrap-anywhere">{row.from ?? "None"}</span> },
        {
          key: "to",
          header: "To",
          from: "md",
          cell: (row) => (
            <>
              {mailRoleLabels[row.role]}
              <span className="block text-muted">{row.platformName}</span>
            </>
          ),
        },
        { key: "received", header: "Received", cell: (row) => <Time at={row.receivedAt} now={now} zone="UTC" brief /> },
      ]}
    />
  );
}

import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { SelectControl } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import { noticeStates } from "./notice";
import type { NoticeFilter } from "./notice-filter.schema";
import { noticeKindLabels, noticeKinds } from "./notice-kind";
import type { MailRow } from "./mail-log.queries.server";
import { NoticeStatePill, noticeStateLabels } from "./notice-state-pill";

export type ListedNotice = Omit<MailRow, "createdAt" | "handedOverAt"> & { createdAt: string; handedOverAt: string | null };

/** Works without JavaScript: the choices travel in the address. */
export function NoticeFilters({ filter, platforms }: { filter: NoticeFilter; platforms: readonly { key: string; name: string }[] }) {
  return (
    <Form method="get" className="mb-4 grid gap-2 sm:grid-cols-[repeat(3,minmax(0,14rem))_auto] sm:justify-start" aria-label="Narrow the list">
      <SelectControl name="state" aria-label="State" defaultValue={filter.state ?? ""} placeholder="Any state" options={noticeStates.map((value) => ({ value, label: noticeStateLabels[value] }))} />
      <SelectControl name="kind" aria-label="Message" defaultValue={filter.kind ?? ""} placeholder="Any message" options={noticeKinds.map((value) => ({ value, label: noticeKindLabels[value] }))} />
      <SelectControl name="platform" aria-label="Platform" defaultValue={filter.platform ?? ""} placeholder="All platforms" options={platforms.map(({ key, name }) => ({ value: key, label: name }))} />
      {filter.accountId ? <input type="hidden" name="accountId" value={filter.accountId} /> : null}
      {filter.caseId ? <input type="hidden" name="caseId" value={filter.caseId} /> : null}
      <Button type="submit">Show</Button>
    </Form>
  );
}

export function NoticeLog({ rows, now }: { rows: readonly ListedNotice[]; now: string }) {
  return (
    <DataTable
      caption="Messages, newest first"
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        {
          key: "subject",
          header: "Message",
          className: "min-w-48 max-w-md",
          cell: (row) => (
            <>
              <TextLink to={`/notices/${row.id}`} className="wrap-anywhere">
                {row.subject}
              </TextLink>
              <span className="block text-muted">{noticeKindLabels[row.kind]}</span>
            </>
          ),
        },
        { key: "state", header: "State", cell: (row) => <NoticeStatePill state={row.state} /> },
        { key: "to", header: "To", from: "md", cell: (row) => <span className="wrap-anywhere">{row.to}</span> },
        { key: "platform", header: "Platform", from: "lg", cell: (row) => row.platformName ?? "The console" },
        { key: "tries", header: "Tries", align: "right", from: "lg", cell: (row) => <span className="tabular-nums">{row.attempts}</span> },
        { key: "written", header: "Written", cell: (row) => <Time at={row.createdAt} now={now} zone="UTC" brief /> },
      ]}
    />
  );
}

import { DataTable } from "~/components/data-table";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { absoluteTime } from "~/components/time-format";
import type { LadderChange } from "./ladder-edit";
import type { LadderPreview } from "./ladders.queries.server";

const count = (n: number, one: string, many: string): string => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;

/** What a version of a ladder changes in its words, for how many accounts, and for some of them by name. */
export function LadderPreviewPanel({ preview, severity, zone }: { preview: LadderPreview; severity: string; zone: string }) {
  const { changes, standings, accounts, accountsAffected, examples, proposalsGoStale } = preview;
  return (
    <div className="grid gap-4 text-sm">
      <p>
        Version {preview.version} would be in force from {absoluteTime(preview.effectiveFrom, zone)}. What was decided before stays as it is.
      </p>
      <LadderChanges changes={changes} none="This is the first version." />
      {proposalsGoStale > 0 ? (
        <Callout tone="warn" title={`${count(proposalsGoStale, "proposal waits", "proposals wait")} for a second person`}>
          {proposalsGoStale === 1 ? "It rests" : "They rest"} on the ladder in force now. Once this version is in force, {proposalsGoStale === 1 ? "it has" : "they have"} to be proposed again.
        </Callout>
      ) : null}
      <p>
        At their next breach of {severity} severity, {accountsAffected.toLocaleString("en-US")} of {count(accounts, "open account", "open accounts")} would fare differently.
      </p>
      {accounts > 0 ? (
        <DataTable
          caption="Where accounts would stand"
          rows={standings}
          rowKey={(row) => String(row.weight)}
          columns={[
            { key: "weight", header: "Active strikes", cell: (row) => (row.weight === 0 ? "None" : `Weight ${row.weight}`) },
            { key: "accounts", header: "Accounts", align: "right", cell: (row) => <span className="tabular-nums">{row.accounts.toLocaleString("en-US")}</span> },
            { key: "before", header: "Now", cell: (row) => `${row.before.rung}. ${row.before.measure}` },
            { key: "after", header: "Then", cell: (row) => (row.changed ? <strong>{`${row.after.rung}. ${row.after.measure}`}</strong> : "the same") },
          ]}
        />
      ) : null}
      {examples.length > 0 ? (
        <section className="grid gap-2">
          <h4 className="font-semibold">For example</h4>
          <ul className="grid gap-2">
            {examples.map((example) => (
              <li key={example.id} className="rounded-md border border-line px-3 py-2">
                <TextLink to={`/accounts/${example.id}`}>{example.businessName}</TextLink>
                <span className="block">
                  <span className="text-muted">Now: </span>
                  {example.before}
                </span>
                <span className="block">
                  <span className="text-muted">Then: </span>
                  {example.after}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

/** Old and new, line by line. */
export function LadderChanges({ changes, none }: { changes: readonly LadderChange[]; none: string }) {
  if (changes.length === 0) return <p className="text-muted">{none}</p>;
  return (
    <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[auto_1fr]">
      {changes.map(({ what, before, after }) => (
        <div key={what} className="contents">
          <dt className="text-muted">{what}</dt>
          <dd className="min-w-0 wrap-anywhere">
            <del className="text-muted">{before}</del> <span className="sr-only">becomes</span>
            <span aria-hidden="true">→</span> <ins className="font-medium no-underline">{after}</ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

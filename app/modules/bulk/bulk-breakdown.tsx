import { Badge } from "~/components/badge";
import { DataTable } from "~/components/data-table";
import { Facts, Panel } from "~/components/panel";
import { itemStateNames } from "./bulk-state";
import { secondPerson } from "./second-person";
import type { BulkPage } from "./bulk.queries.server";

/** Who gets what, what takes a second person, and why some get nothing. */
export function BulkBreakdown({ page, mine }: { page: BulkPage; mine: boolean }) {
  const share = (count: number) => `${count.toLocaleString("en-US")} of ${page.total.toLocaleString("en-US")}`;
  return (
    <>
      {page.outcomes.length > 0 ? (
        <Panel title="What it comes to" id="outcomes" flush>
          <DataTable
            caption="Outcomes, the most frequent first"
            rows={page.outcomes}
            rowKey={({ outcome, rung, needsApproval }) => `${outcome} ${rung} ${needsApproval}`}
            columns={[
              { key: "outcome", header: "Outcome", cell: ({ outcome }) => <span className="wrap-anywhere">{outcome}</span> },
              { key: "rung", header: "Rung", from: "sm", cell: ({ rung }) => (rung === null ? "–" : `${rung} of 5`) },
              { key: "approval", header: "Second person", cell: ({ needsApproval }) => <SecondPerson {...secondPerson({ kind: page.input.kind, needsApproval, by: mine ? null : page.by.name })} /> },
              { key: "count", header: "Items", align: "right", cell: ({ count }) => share(count) },
            ]}
          />
        </Panel>
      ) : null}
      {page.reasons.length > 0 ? (
        <Panel title="What is left alone, and why" id="reasons" flush>
          <DataTable
            caption="Reasons, the most frequent first"
            rows={page.reasons}
            rowKey={({ state, sentence }) => `${state} ${sentence}`}
            columns={[
              { key: "why", header: "Why", cell: ({ sentence }) => sentence },
              { key: "state", header: "Result", from: "sm", cell: ({ state }) => itemStateNames[state] },
              { key: "count", header: "Items", align: "right", cell: ({ count }) => share(count) },
            ]}
          />
        </Panel>
      ) : null}
    </>
  );
}

function SecondPerson({ needed, who }: ReturnType<typeof secondPerson>) {
  return (
    <>
      {needed ? (
        <Badge tone="warn" shape="diamond">
          Needed
        </Badge>
      ) : null}{" "}
      {who}
    </>
  );
}

/** The exact messages of one item for each outcome. */
export function BulkSamples({ samples }: { samples: BulkPage["samples"] }) {
  const told = samples.filter(({ messages }) => messages.length > 0);
  if (told.length === 0) return null;
  return (
    <Panel title="What people read, for example" id="samples">
      <div className="grid gap-3">
        {told.map(({ outcome, businessName, messages }) => (
          <details key={outcome} className="rounded-md border border-line">
            <summary className="cursor-pointer px-3 py-2 font-medium wrap-anywhere">
              {outcome}: {businessName}
            </summary>
            <div className="grid gap-4 border-t border-line px-3 py-3">
              {messages.map(({ audience, to, subject, text, language }, index) => (
                <article key={index} className="grid gap-1">
                  <p className="text-muted">
                    {audience === "account_holder" ? "To the account holder" : "To a reporter"}, {to}
                  </p>
                  <h3 className="font-semibold" lang={language}>
                    {subject}
                  </h3>
                  <p lang={language} className="max-w-3xl whitespace-pre-wrap wrap-anywhere">
                    {text}
                  </p>
                </article>
              ))}
            </div>
          </details>
        ))}
      </div>
    </Panel>
  );
}

const asText = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** What was asked for, as it was written. */
export function BulkOrder({ page }: { page: BulkPage }) {
  const { input, about } = page;
  const written = input as Record<string, unknown>;
  const finding = input.kind === "no_violation" ? (input.finding === "no_violation" ? "No violation was found" : "There was not enough evidence") : null;
  const facts: [string, string | null][] = [
    ["Chosen", page.selection],
    ["To", about.person],
    ["Clause", about.clause],
    ["Reporters read", finding],
    ["Day", asText(written.conductOn) ?? (input.kind === "decide" ? "The earliest each item's evidence names" : null)],
    ["Closes", about.features.length > 0 ? about.features.map((code) => code.replaceAll("_", " ")).join(", ") : null],
    ["Note", asText(written.text)],
    ["Facts", asText(written.facts)],
    ["For the file", asText(written.rationale)],
    ["Reason", asText(written.reason)],
  ];
  return (
    <Panel title="What was asked for" id="order">
      <Facts facts={facts.flatMap(([name, value]) => (value === null ? [] : [{ name, key: name, value: <span className="whitespace-pre-wrap">{value}</span> }]))} />
    </Panel>
  );
}

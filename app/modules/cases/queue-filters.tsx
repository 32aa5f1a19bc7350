import { Form, Link, useSubmit } from "@remix-run/react";
import { X } from "lucide-react";
import { Button } from "~/components/button";
import { cx } from "~/components/cx";
import { type Choice, InputField, SelectControl } from "~/components/inputs";
import { areaName } from "../policy/areas";
import { severities } from "../policy/severity";
import { severityWord, stateWord } from "./case-labels";
import { caseStates } from "./case-state";
import { builtInViews, filterQuery, isNarrowed, type QueueFilter } from "./queue-filter";
import type { QueueChoices } from "./queue.queries.server";

const at = (query: string) => (query ? `/queue?${query}` : "/queue");

/** The views everybody has and one's own, as links. */
export function QueueViews({ filter, views }: { filter: QueueFilter; views: QueueChoices["views"] }) {
  const current = filterQuery(filter);
  const all = [...builtInViews.map((view) => ({ key: view.name, name: view.name, query: filterQuery(view.filter) })), ...views.map((view) => ({ key: view.id, ...view }))];
  return (
    <nav aria-label="Views" className="flex overflow-x-auto border-b border-line">
      {all.map((view) => (
        <Link
          key={view.key}
          to={at(view.query)}
          aria-current={view.query === current ? "page" : undefined}
          className={cx(
            "-mb-px inline-flex min-h-9 items-center border-b-2 px-3 text-sm font-medium whitespace-nowrap",
            view.query === current ? "border-accent text-ink" : "border-transparent text-muted hover:text-ink",
          )}
        >
          {view.name}
        </Link>
      ))}
    </nav>
  );
}

interface FilterSelect {
  name: "state" | "severity" | "platform" | "area" | "holder";
  label: string;
  all: string;
  options: readonly Choice[];
}

/** What narrows the queue. A plain GET form, so that every narrowing is an address; it submits itself on change. */
export function QueueFilters({ filter, choices }: { filter: QueueFilter; choices: QueueChoices }) {
  const submit = useSubmit();
  const saved = choices.views.find((view) => view.query === filterQuery(filter));
  const selects: FilterSelect[] = [
    { name: "state", label: "State", all: "To do", options: caseStates.map((state) => ({ value: state, label: stateWord(state) })) },
    { name: "severity", label: "Severity", all: "Any severity", options: severities.map((value) => ({ value, label: severityWord(value) })) },
    { name: "platform", label: "Platform", all: "All platforms", options: choices.platforms.map(({ key, name }) => ({ value: key, label: name })) },
    ...(filter.platform
      ? [{ name: "area" as const, label: "Area", all: "All areas", options: choices.areas.map((area) => ({ value: area, label: areaName(area) })) }]
      : []),
    {
      name: "holder",
      label: "Held by",
      all: "Anybody or nobody",
      options: [
        { value: "mine", label: "Me" },
        { value: "unclaimed", label: "Nobody" },
      ],
    },
  ];
  return (
    <div className="flex flex-wrap items-end gap-2 py-3">
      <Form
        key={filterQuery(filter)}
        method="get"
        action="/queue"
        onChange={(event) => submit(event.currentTarget)}
        className="flex flex-wrap items-end gap-2"
        aria-label="Narrow the queue"
      >
        {selects.map((select) => (
          <SelectControl
            key={select.name}
            name={select.name}
            aria-label={select.label}
            placeholder={select.all}
            options={select.options}
            defaultValue={filter[select.name] ?? ""}
            className="min-h-8! w-auto! max-w-52 px-2! text-sm!"
          />
        ))}
        <label className="inline-flex min-h-8 items-center gap-2 px-1 text-sm">
          <input type="checkbox" name="escalated" value="1" defaultChecked={filter.escalated === "1"} className="size-4 accent-accent" />
          Escalated
        </label>
        {filter.review ? <input type="hidden" name="review" value="1" /> : null}
        <noscript>
          <Button type="submit" size="sm">
            Narrow
          </Button>
        </noscript>
      </Form>
      {isNarrowed(filter) ? (
        <>
          <Link to="/queue" className="inline-flex min-h-8 items-center gap-1 px-2 text-sm text-muted hover:text-ink">
            <X aria-hidden="true" className="size-4" /> Clear
          </Link>
          {saved ? <RemoveView view={saved} /> : <SaveView filter={filter} />}
        </>
      ) : null}
    </div>
  );
}

function SaveView({ filter }: { filter: QueueFilter }) {
  return (
    <details className="relative max-sm:open:w-full">
      <summary className="inline-flex min-h-8 list-none items-center rounded-md border border-edge bg-surface px-2 text-sm hover:bg-hover">
        Save this view
      </summary>
      <Form method="post" action="/queue" className="mt-1 grid gap-3 rounded-md border border-line bg-surface p-3 shadow-overlay sm:absolute sm:z-20 sm:w-64">
        <input type="hidden" name="query" value={filterQuery(filter)} />
        <InputField name="name" label="Name of the view" required maxLength={60} autoComplete="off" />
        <Button type="submit" name="intent" value="save-view" variant="primary" size="sm">
          Save
        </Button>
      </Form>
    </details>
  );
}

function RemoveView({ view }: { view: QueueChoices["views"][number] }) {
  return (
    <Form method="post" action="/queue">
      <input type="hidden" name="viewId" value={view.id} />
      <Button type="submit" name="intent" value="remove-view" size="sm" variant="quiet">
        Forget “{view.name}”
      </Button>
    </Form>
  );
}

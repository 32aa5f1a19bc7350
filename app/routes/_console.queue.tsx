import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Link, useActionData, useLoaderData } from "@remix-run/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { ArrowUp, Inbox } from "lucide-react";
import { readForm } from "~/infra/http/form-fields";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { usePulse } from "~/components/use-pulse";
import { newId } from "~/infra/id";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refused } from "~/infra/http/refusals";
import { usePreferences } from "~/infra/http/use-preferences";
import { may } from "~/modules/access/actor";
import type { ConsoleHandle } from "~/modules/access/console-shell";
import { requireStaff } from "~/modules/access/require-staff.server";
import { BulkBar } from "~/modules/bulk/bulk-bar";
import { cursorText, filterQuery, isNarrowed, parseQueueAddress } from "~/modules/cases/queue-filter";
import { QueueFilters, QueueViews } from "~/modules/cases/queue-filters";
import { QueueList, type RowUpdate } from "~/modules/cases/queue-list";
import { queueRowView } from "~/modules/cases/queue-view";
import { mostFresh, queueChoices, queuePage } from "~/modules/cases/queue.queries.server";
import { removeViewSchema, saveViewSchema } from "~/modules/cases/save-view.schema";
import { removeView, saveView } from "~/modules/cases/save-view.server";

export const meta: MetaFunction = () => [{ title: "Queue · Trust and safety" }];

export const handle: ConsoleHandle = {
  shortcuts: [
    { keys: "j / k", does: "Next case, previous case" },
    { keys: "Enter", does: "Open the case" },
    { keys: "c", does: "Claim the case" },
    { keys: "x", does: "Tick the case for a bulk action" },
  ],
};

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "case:read");
  const { filter, place } = parseQueueAddress(new URL(request.url).searchParams);
  const now = deps.clock();
  const marker = newId();
  const [page, choices] = await Promise.all([
    queuePage(deps.db, filter, place, { staffId: actor.id, now: now.toJSDate() }),
    queueChoices(deps.db, actor.id, filter.platform ?? null),
  ]);
  return {
    filter,
    choices,
    rows: page.rows.map((row) => queueRowView(row, now)),
    previous: page.previous && cursorText(page.previous),
    next: page.next && cursorText(page.next),
    marker,
    mostFresh,
    now: now.toISO(),
    me: actor.id,
    mayWork: may(actor, "case:work"),
    mayBulk: may(actor, "bulk:run"),
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const form = await readForm(request);
  if (form.get("intent") === "remove-view") {
    const submission = parseWithZod(form, { schema: removeViewSchema });
    if (submission.status !== "success") throw data(null, { status: 400 });
    await removeView(context.deps, actor, submission.value);
    return redirectWithFlash("/queue", { tone: "ok", text: "The view is forgotten." });
  }
  const submission = parseWithZod(form, { schema: saveViewSchema });
  if (submission.status !== "success") {
    return data({ refusal: Object.values(submission.error ?? {}).flat().join(" ") }, { status: 422 });
  }
  const saved = await saveView(context.deps, actor, submission.value);
  if (!saved.ok) {
    const { body, init } = refused(saved);
    return data(body, init);
  }
  return redirectWithFlash(`/queue?${submission.value.query}`, { tone: "ok", text: `The view “${submission.value.name}” is saved.` });
}

export default function Queue() {
  const page = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  const { shortcuts } = usePreferences();
  const query = filterQuery(page.filter);
  const at = (place: string | null, direction: "after" | "before") =>
    place && `/queue?${query ? `${query}&` : ""}${direction}=${place}`;

  const pulseQuery = new URLSearchParams(query);
  pulseQuery.set("marker", page.marker);
  for (const row of page.rows) pulseQuery.append("id", row.id);
  const pulse = usePulse<{ fresh: number; listed: RowUpdate[] }>(`/queue/pulse?${pulseQuery}`);
  const updates = new Map(pulse?.listed.map((update) => [update.id, update]));
  const fresh = pulse?.fresh ?? 0;

  return (
    <>
      <PageHeader title="Queue" />
      {result && "refusal" in result && result.refusal ? (
        <Callout tone="danger" role="alert" className="mb-3">
          {result.refusal}
        </Callout>
      ) : null}
      <QueueViews filter={page.filter} views={page.choices.views} />
      <QueueFilters filter={page.filter} choices={page.choices} />
      {page.mayBulk && page.rows.length > 0 ? <BulkBar subject="case" query={query} /> : null}
      <div role="status">
        {fresh > 0 ? (
          <Link
            to={query ? `/queue?${query}` : "/queue"}
            className="mb-3 flex min-h-9 items-center justify-center gap-2 rounded-md border border-accent bg-accent-soft px-3 text-sm font-medium text-accent"
          >
            <ArrowUp aria-hidden="true" className="size-4" />
            {fresh === page.mostFresh ? `${fresh} or more` : fresh} new — show
          </Link>
        ) : null}
      </div>
      <Panel flush>
        {page.rows.length > 0 ? (
          <QueueList rows={page.rows} updates={updates} now={page.now} me={page.me} mayWork={page.mayWork} shortcuts={shortcuts} tickForm={page.mayBulk ? "bulk-case" : undefined} />
        ) : (
          <EmptyState
            title={isNarrowed(page.filter) ? "No case fits this view" : "Nothing to do"}
            icon={<Inbox aria-hidden="true" className="size-8" />}
            action={isNarrowed(page.filter) ? <TextLink to="/queue">Show everything to do</TextLink> : undefined}
          >
            {isNarrowed(page.filter)
              ? "Cases that come in and fit are shown here without reloading."
              : "Every case is decided. New reports and signals appear here by themselves."}
          </EmptyState>
        )}
      </Panel>
      <Pagination previous={at(page.previous, "before")} next={at(page.next, "after")} label="Pages of the queue" />
    </>
  );
}

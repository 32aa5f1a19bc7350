import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { ButtonLink } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Time } from "~/components/time";
import { readForm } from "~/infra/http/form-fields";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { BulkBreakdown, BulkOrder, BulkSamples } from "~/modules/bulk/bulk-breakdown";
import { steerBulkSchema } from "~/modules/bulk/bulk-input.schema";
import { BulkItems } from "~/modules/bulk/bulk-items";
import { countedSubject, kindFacts } from "~/modules/bulk/bulk-kinds";
import { BulkStatePill } from "~/modules/bulk/bulk-labels";
import { BulkProgress } from "~/modules/bulk/bulk-progress";
import { workOf } from "~/modules/bulk/bulk-state";
import { bulkItems, bulkPage, itemFilterSchema } from "~/modules/bulk/bulk.queries.server";
import { reasonSentence } from "~/modules/bulk/item-reason";
import { steerBulk } from "~/modules/bulk/steer-bulk.server";
import { undoBulk } from "~/modules/bulk/undo-bulk.server";
import { useWorkPulse } from "~/components/use-work-pulse";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: `${loaded ? `${kindFacts[loaded.page.input.kind].title} ${loaded.page.reference}` : "Bulk action"} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "case:read");
  const { db, clock } = context.deps;
  const page = isId(params.id) ? await bulkPage(db, params.id) : null;
  if (!page) throw data({ sentence: "There is no such bulk action." }, { status: 404 });
  const filter = itemFilterSchema.parse(Object.fromEntries([...new URL(request.url).searchParams].filter(([, value]) => value !== "")));
  const { rows, next } = await bulkItems(db, page.id, filter);
  await noteOutcomeSeen(context.deps, actor, { decisionIds: rows.flatMap(({ decisionId }) => decisionId ?? []) });
  return {
    page,
    rows: rows.map(({ settledAt: _settledAt, ...row }) => ({ ...row, sentence: row.reason && reasonSentence(row.reason) })),
    next,
    filter: { state: filter.state ?? null, paged: (filter.after ?? 0) > 0 },
    mine: page.by.id === actor.id,
    mayRun: may(actor, "bulk:run"),
    mayUndo: may(actor, "bulk:run") && may(actor, "action:lift"),
    mayApprove: may(actor, "bulk:run") && may(actor, "decision:approve") && page.by.id !== actor.id,
    now: clock().toISO(),
  };
}

const said = {
  start: "It has started. You can leave this page.",
  pause: "It is paused. Nothing more is done until it goes on.",
  resume: "It goes on.",
  cancel: "It is cancelled. What was done before stays done.",
  retry: "The failed ones are tried again.",
  undo: "It is being undone.",
} as const;

interface Answer {
  intent: string;
  errors: string[];
  reason: string;
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "bulk:run");
  const form = Object.fromEntries(await readForm(request));
  const kept = { intent: String(form.intent ?? ""), reason: String(form.reason ?? "") };
  const parsed = steerBulkSchema.safeParse({ ...form, bulkId: params.id });
  if (!parsed.success) return data<Answer>({ ...kept, errors: parsed.error.issues.map(({ message }) => message) }, { status: 422 });
  const input = parsed.data;
  const done = input.intent === "undo" ? await undoBulk(context.deps, actor, input) : await steerBulk(context.deps, actor, { bulkId: input.bulkId, move: input.intent });
  if (done.ok) return redirectWithFlash(`/bulk/${params.id}`, { tone: "ok", text: said[input.intent] });
  const { status, sentence } = refusalText(done.reason);
  return data<Answer>({ ...kept, errors: [sentence] }, { status });
}

export default function BulkAction() {
  const { page, rows, next, filter, mine, mayRun, mayUndo, mayApprove, now } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  useWorkPulse(workOf[page.state] !== null);
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Bulk actions", to: "/bulk" }, { label: page.reference }]}
        title={`${kindFacts[page.input.kind].title}: ${countedSubject(page.subject, page.total)}`}
        status={<BulkStatePill state={page.state} />}
        lead={
          <>
            Prepared by {mine ? "you" : page.by.name} <Time at={page.createdAt} now={now} zone="UTC" />
            {page.source ? (
              <>
                , about the proposals of <TextLink to={`/bulk/${page.source.id}`}>{page.source.reference}</TextLink>
              </>
            ) : null}
          </>
        }
      />
      <div className="grid gap-4">
        {page.openProposals > 0 ? <OpenProposals page={page} mine={mine} mayApprove={mayApprove} /> : null}
        <BulkProgress page={page} now={now} mine={mine} mayRun={mayRun} mayUndo={mayUndo} answer={answer} />
        <BulkBreakdown page={page} mine={mine} />
        <BulkSamples samples={page.samples} />
        <BulkOrder page={page} />
        <BulkItems page={page} rows={rows} next={next} state={filter.state} paged={filter.paged} />
      </div>
    </>
  );
}

function OpenProposals({ page, mine, mayApprove }: { page: { id: string; openProposals: number }; mine: boolean; mayApprove: boolean }) {
  return (
    <Callout tone="info" title={`${countedSubject("decision", page.openProposals)} of it ${page.openProposals === 1 ? "waits" : "wait"} for a second person`}>
      <p>{mine ? "You proposed them, so somebody else has to answer them, one by one or together." : "They can be answered one by one on the approvals page, or together."}</p>
      {mayApprove ? (
        <p className="mt-2">
          <ButtonLink to={`/bulk/new?subject=decision&source=${page.id}`} size="sm">
            Answer them together
          </ButtonLink>
        </p>
      ) : null}
    </Callout>
  );
}

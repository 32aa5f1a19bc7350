import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, Link, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { ChevronRight } from "lucide-react";
import { Button } from "~/components/button";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Panel } from "~/components/panel";
import { civilDayOf } from "~/infra/civil-day";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { newId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { BulkFields, emptyBulkForm, type BulkFormState } from "~/modules/bulk/bulk-form";
import { bulkInputSchema } from "~/modules/bulk/bulk-input.schema";
import { bulkKinds, countedSubject, isBulkKind, kindFacts, mostItems, type BulkKind, type BulkSubject } from "~/modules/bulk/bulk-kinds";
import { bulkKey, createBulk } from "~/modules/bulk/create-bulk.server";
import { newBulkChoices } from "~/modules/bulk/new-bulk.queries.server";
import { parseSelection, selectionInWords, selectionQuery } from "~/modules/bulk/selection";

export const meta: MetaFunction = () => [{ title: "New bulk action · Trust and safety" }];

const lists: Record<BulkSubject, { to: string; label: string }> = {
  case: { to: "/queue", label: "Queue" },
  account: { to: "/accounts", label: "Accounts" },
  decision: { to: "/approvals", label: "Approvals" },
};

export async function loader({ request, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "bulk:run");
  const { deps } = context;
  const params = new URL(request.url).searchParams;
  const selection = parseSelection(params);
  if (!selection) return redirect("/queue");
  const now = deps.clock();
  const kinds = bulkKinds.filter((kind) => kindFacts[kind].subjects.includes(selection.subject) && may(actor, kindFacts[kind].permission));
  const asked = params.get("kind");
  return {
    subject: selection.subject,
    words: selectionInWords(selection),
    query: selectionQuery(selection),
    kind: isBulkKind(asked) && kinds.includes(asked) ? asked : null,
    kinds,
    choices: await newBulkChoices(deps.db, actor, selection, now),
    today: civilDayOf(now, "UTC"),
    key: newId(),
  };
}

interface Answer extends BulkFormState {
  key: string;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "bulk:run");
  const form = await readForm(request);
  const text = (name: string) => String(form.get(name) ?? "");
  const values = Object.fromEntries([...form].filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  const features = form.getAll("features").filter((value): value is string => typeof value === "string");
  const key = bulkKey.safeParse(text("key"));
  const answer = (errors: Answer["errors"], status: number) => data<Answer>({ errors, values, features, key: key.success ? key.data : newId() }, { status });
  const selection = parseSelection(new URLSearchParams(text("selection").slice(0, 20_000)));
  if (!selection || !key.success) return answer({ form: [refusalText("bulk_empty").sentence] }, 422);
  const parsed = bulkInputSchema.safeParse({ ...values, features });
  if (!parsed.success) {
    const errors: Answer["errors"] = {};
    for (const { path, message } of parsed.error.issues) (errors[String(path[0] ?? "form")] ??= []).push(message);
    return answer(errors, 422);
  }
  const created = await createBulk(context.deps, actor, { selection, input: parsed.data, idempotencyKey: key.data });
  if (created.ok) return redirect(`/bulk/${created.bulkId}`);
  const { status, sentence } = refusalText(created.reason);
  return answer({ [created.reason === "no_ground" ? "clauseId" : "form"]: [sentence] }, status);
}

export default function NewBulk() {
  const page = useLoaderData<typeof loader>();
  const { subject, choices, kind, kinds, query } = page;
  const list = lists[subject];
  const problem = problemOf(page);
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeader
        crumbs={[{ label: list.label, to: list.to }, ...(kind ? [{ label: "New bulk action", to: `/bulk/new?${query}` }, { label: kindFacts[kind].title }] : [{ label: "New bulk action" }])]}
        title={kind ? kindFacts[kind].title : "What should be done?"}
        lead={
          choices.count > mostItems
            ? page.words
            : `${page.words}: ${countedSubject(subject, choices.count)}${choices.platforms.length > 0 ? ` on ${choices.platforms.map(({ name }) => name).join(", ")}` : ""}.`
        }
      />
      {problem ? (
        <EmptyState title={problem} action={<TextLink to={list.to}>Back to the list</TextLink>}>
          Nothing was changed.
        </EmptyState>
      ) : kind ? (
        <Order kind={kind} />
      ) : (
        <Kinds kinds={kinds} query={query} />
      )}
    </div>
  );
}

function problemOf({ choices }: { choices: { count: number; ownProposals: boolean } }): string | null {
  if (choices.count === 0) return refusalText("bulk_empty").sentence;
  if (choices.count > mostItems) return refusalText("bulk_too_many").sentence;
  return choices.ownProposals ? refusalText("own_proposal").sentence : null;
}

function Kinds({ kinds, query }: { kinds: readonly BulkKind[]; query: string }) {
  return (
    <Panel flush>
      <ul className="divide-y divide-line">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link to={`/bulk/new?${query}&kind=${kind}`} className="flex items-center gap-3 px-4 py-3 hover:bg-hover">
              <span className="min-w-0 flex-1">
                <span className="block font-medium">{kindFacts[kind].title}</span>
                <span className="block text-muted">{kindFacts[kind].does}</span>
              </span>
              <ChevronRight aria-hidden="true" className="size-4 shrink-0 text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Order({ kind }: { kind: BulkKind }) {
  const { subject, choices, query, today, key } = useLoaderData<typeof loader>();
  const answer = useActionData<Answer>();
  const busy = useNavigation().state === "submitting";
  const form = answer ?? emptyBulkForm;
  const onePlatform = choices.platforms.length === 1;
  const { does, undo } = kindFacts[kind];
  if ((kind === "decide" || kind === "interim") && !onePlatform) {
    return (
      <Callout tone="warn" title="Choose from one platform at a time">
        Clauses and features belong to a platform. <TextLink to={lists[subject].to}>Narrow the list to one platform</TextLink>, then come back.
      </Callout>
    );
  }
  return (
    <Panel>
      <Form method="post" className="grid gap-4">
        <ErrorSummary entries={Object.entries(form.errors).map(([name, errors]) => ({ id: name === "form" ? null : name, errors }))} />
        <p>{does}</p>
        <input type="hidden" name="selection" value={query} />
        <input type="hidden" name="kind" value={kind} />
        <input type="hidden" name="key" value={answer?.key ?? key} />
        <BulkFields kind={kind} subject={subject} choices={choices} today={today} form={form} />
        <p className="text-muted">{undo ? `It can be undone for a while. ${undo}` : "This cannot be undone."}</p>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" disabled={busy} pending={busy}>
            Show what would happen
          </Button>
          <span className="text-muted">Nothing is done to {countedSubject(subject, choices.count)} yet.</span>
        </div>
      </Form>
    </Panel>
  );
}

import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { Landmark } from "lucide-react";
import { EmptyState } from "~/components/empty-state";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Pagination } from "~/components/pagination";
import { Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { newId } from "~/infra/id";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";
import { exportStatementsSchema } from "~/modules/transparency/export-statements.schema";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { statementFilterSchema, statementsAddress } from "~/modules/transparency/statement-state";
import { exportablePlatforms, listStatements } from "~/modules/transparency/statements.queries.server";
import { PlatformExports, StatementFilters, StatementList } from "~/modules/transparency/transparency-list";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

const pageSize = 50;

export const meta: MetaFunction = () => [{ title: "Transparency · Trust and safety" }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { db, clock } = context.deps;
  const actor = await requireStaff(request, context, "statement:read");
  const { after, ...filter } = statementFilterSchema.parse(Object.fromEntries(new URL(request.url).searchParams));
  const choices = await platformChoices(db);
  const platformId = choices.find(({ key }) => key === filter.platform)?.id;
  const [rows, exporting] = await Promise.all([listStatements(db, { state: filter.state, platformId, after, limit: pageSize + 1 }), exportablePlatforms(db)]);
  const shown = rows.slice(0, pageSize);
  await noteOutcomeSeen(context.deps, actor, { statementIds: shown.map(({ id }) => id) });
  return {
    rows: shown,
    exporting: exporting.map((platform) => ({ ...platform, idempotencyKey: newId() })),
    platforms: choices.map(({ key, name }) => ({ key, name })),
    filter,
    mayExport: may(actor, "statement:export"),
    maySet: may(actor, "settings:manage"),
    now: clock().toISO(),
    first: after === undefined ? null : statementsAddress(filter),
    next: rows.length > pageSize ? statementsAddress({ ...filter, after: shown.at(-1)!.id }) : null,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const { statementIds: _only, ...form } = Object.fromEntries(await readForm(request));
  const parsed = exportStatementsSchema.safeParse(form);
  const done = parsed.success ? await exportStatements(context.deps, actor, parsed.data) : ({ ok: false, reason: "invalid" } as const);
  if (!done.ok) {
    const { status, sentence } = refusalText(done.reason);
    return data({ refusal: sentence }, { status });
  }
  const { batch, heldBack } = done;
  const held = heldBack > 0 ? ` ${heldBack} held back: the facts hold personal data.` : "";
  if (!batch) return redirectWithFlash("/transparency", { tone: heldBack > 0 ? "warn" : "info", text: `Nothing was exported.${held}` });
  return redirectWithFlash("/transparency", { tone: "ok", text: `Batch ${batch.number} holds ${batch.size} statement${batch.size === 1 ? "" : "s"}. Download its file below.${held}` });
}

export default function Transparency() {
  const { rows, exporting, platforms, filter, mayExport, maySet, now, first, next } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const narrowed = statementsAddress(filter) !== "/transparency";
  return (
    <>
      <PageHeader title="Transparency" lead="Statements of reasons, and what goes of them to the EU's transparency database." />
      {answer?.refusal ? (
        <Callout tone="danger" role="alert" className="mb-4">
          {answer.refusal}
        </Callout>
      ) : null}
      {exporting.length > 0 ? (
        <div className="mb-4 grid gap-4 lg:grid-cols-2">
          {exporting.map(({ idempotencyKey, ...platform }) => (
            <PlatformExports key={platform.key} platform={platform} idempotencyKey={idempotencyKey} mayExport={mayExport} now={now} />
          ))}
        </div>
      ) : (
        <Callout tone="info" className="mb-4">
          No platform hands its statements to the transparency database.{" "}
          {maySet ? <TextLink to="/settings/transparency">Set which do</TextLink> : "An admin turns it on under Settings, Transparency."}
        </Callout>
      )}
      <StatementFilters filter={filter} platforms={platforms} />
      <Panel flush>
        {rows.length > 0 ? (
          <StatementList rows={rows} now={now} />
        ) : (
          <EmptyState title={narrowed ? "No statement fits" : "No statement has been issued yet"} icon={<Landmark aria-hidden="true" className="size-8" />} action={narrowed ? <TextLink to="/transparency">Show every statement</TextLink> : undefined}>
            {narrowed ? "Choose another state or platform." : "Each decision that finds a violation issues one."}
          </EmptyState>
        )}
      </Panel>
      <Pagination previous={first} next={next} label="Pages of the list" />
    </>
  );
}

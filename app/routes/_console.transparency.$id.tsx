import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { PlainLink, TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import type { Deps } from "~/infra/deps.server";
import { isId, newId } from "~/infra/id";
import { may, type StaffActor } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { dsaStatementSchema } from "~/modules/transparency/dsa-statement.schema";
import { exportStatementsSchema } from "~/modules/transparency/export-statements.schema";
import { exportStatements } from "~/modules/transparency/export-statements.server";
import { blockerInWords, blockersIn, type PersonalData } from "~/modules/transparency/public-facts";
import { rewritePublicFactsSchema } from "~/modules/transparency/rewrite-public-facts.schema";
import { rewritePublicFacts } from "~/modules/transparency/rewrite-public-facts.server";
import { statementPage } from "~/modules/transparency/statements.queries.server";
import { StatementStatePill, whyInWords } from "~/modules/transparency/transparency-list";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: `Statement ${page?.statement.decision ?? page?.statement.action?.reference ?? ""} · Trust and safety` }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const statement = isId(params.id) ? await statementPage(context.deps, params.id) : null;
  if (!statement) throw data({ sentence: "There is no such statement." }, { status: 404 });
  await noteOutcomeSeen(context.deps, actor, { statementIds: [statement.id] });
  const { fields, ...shown } = statement;
  const inTheirOrder = dsaStatementSchema.safeParse(fields).data ?? fields;
  const told = Object.entries(inTheirOrder).filter(([, value]) => value !== null && (!Array.isArray(value) || value.length > 0));
  return {
    statement: shown,
    facts: String(fields.decision_facts ?? ""),
    fields: told.map(([name, value]) => ({ name, value: Array.isArray(value) ? value.join(", ") : String(value) })),
    mayExport: may(actor, "statement:export") && statement.state === "ready",
    idempotencyKey: newId() as string,
    mayRewrite: may(actor, "statement:export") && (statement.state === "ready" || statement.state === "blocked"),
    now: context.deps.clock().toISO(),
  };
}

const foundInWords = (found: readonly PersonalData[]): string[] => found.map((one) => `${blockersIn([one]).map(blockerInWords).join("")}: “${one.found}”`);

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "statement:read");
  const form = Object.fromEntries(await readForm(request));
  if (form.intent === "export") return exportAlone(context.deps, actor, params.id, String(form.idempotencyKey ?? ""));
  const kept = String(form.publicFacts ?? "");
  const parsed = rewritePublicFactsSchema.safeParse({ ...form, statementId: params.id });
  if (!parsed.success) return data({ errors: parsed.error.issues.map(({ message }) => message), kept }, { status: 422 });
  const done = await rewritePublicFacts(context.deps, actor, parsed.data);
  if (done.ok) return redirectWithFlash(`/transparency/${params.id}`, { tone: "ok", text: "The public reads these facts. The account holder's statement stays as it was sent." });
  const { status, sentence } = refusalText(done.reason);
  const found = done.reason === "personal_data" ? foundInWords((done.detail?.found ?? []) as PersonalData[]) : [];
  return data({ errors: [sentence, ...found], kept }, { status });
}

/** Hands over this one statement, as a batch of its own, so that no later batch holds it again. */
async function exportAlone(deps: Deps, actor: StaffActor, id: string | undefined, idempotencyKey: string) {
  const here = `/transparency/${id}`;
  const statement = isId(id) ? await statementPage(deps, id) : null;
  const input = exportStatementsSchema.safeParse({ platformKey: statement?.platform.key, statementIds: [id], idempotencyKey });
  const done = input.success ? await exportStatements(deps, actor, input.data) : ({ ok: false, reason: "invalid" } as const);
  if (!done.ok) return redirectWithFlash(here, { tone: "danger", text: refusalText(done.reason).sentence });
  if (!done.batch) return redirectWithFlash(here, { tone: "warn", text: "Nothing was exported: it is held back, or was handed over already." });
  return redirectWithFlash(here, { tone: "ok", text: `Handed over as batch ${done.batch.number}. Download its file below.` });
}

export default function StatementDetail() {
  const { statement, facts, fields, mayExport, idempotencyKey, mayRewrite, now } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const why = whyInWords(statement);
  return (
    <>
      <PageHeader crumbs={[{ label: "Transparency", to: "/transparency" }, { label: statement.action?.reference ?? statement.decision ?? "" }]} title={`Statement of ${statement.action?.reference ?? statement.decision ?? ""}`} status={<StatementStatePill state={statement.state} />} lead={statement.platform.name} />
      {answer ? <ErrorSummary title="The facts were not changed" entries={[{ id: "publicFacts", errors: answer.errors }]} /> : null}
      {why ? (
        <Callout tone={statement.state === "blocked" ? "warn" : "info"} className="mb-4">
          <p>{why}</p>
          {statement.found.length > 0 ? (
            <ul className="list-disc pl-5">
              {foundInWords(statement.found).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          ) : null}
        </Callout>
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Panel title="What the public reads" id="fields">
          <dl className="grid gap-2 text-sm">
            {fields.map(({ name, value }) => (
              <div key={name} className="grid gap-x-4 sm:grid-cols-[15rem_1fr]">
                <dt className="font-mono text-xs leading-5 wrap-anywhere text-muted">{name}</dt>
                <dd className="min-w-0 whitespace-pre-wrap wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
        </Panel>
        <div className="grid gap-4">
          <Panel title="Where it stands" id="standing">
            <Facts
              facts={[
                { name: "Case", value: <TextLink to={`/cases/${statement.caseReference}`}>{statement.caseReference}</TextLink> },
                ...(statement.action ? [{ name: "Measure", value: `${statement.action.kind} ${statement.action.reference}` }] : []),
                ...(statement.replaces ? [{ name: "In place of", value: <TextLink to={`/transparency/${statement.replaces.id}`}>Statement of {statement.replaces.of}</TextLink> }] : []),
                ...(statement.replacedBy ? [{ name: "Followed by", value: <TextLink to={`/transparency/${statement.replacedBy.id}`}>Statement of {statement.replacedBy.of}</TextLink> }] : []),
                { name: "Issued", value: <Time at={statement.issuedAt} now={now} zone={statement.platform.zone} /> },
                ...(statement.batch
                  ? [
                      { name: "Exported", value: <Time at={statement.batch.exportedAt} now={now} zone={statement.platform.zone} /> },
                      { name: "Batch", value: <PlainLink href={`/transparency/batches/${statement.batch.id}`}>No. {statement.batch.number}</PlainLink> },
                    ]
                  : []),
                { name: "As sent", value: <PlainLink href={`/transparency/${statement.id}/pdf`}>PDF for the account holder</PlainLink> },
                ...(statement.batch ? [{ name: "As data", value: <PlainLink href={`/transparency/${statement.id}/json`}>JSON for the database</PlainLink> }] : []),
              ]}
            />
            {mayExport ? (
              <Form method="post" className="mt-4 grid justify-items-start gap-1">
                <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
                <Button type="submit" name="intent" value="export">
                  Export this one
                </Button>
                <p className="text-sm text-muted">It is checked again and marked as exported. No batch holds it a second time.</p>
              </Form>
            ) : null}
          </Panel>
          {mayRewrite ? (
            <Panel title="Facts for the public" id="rewrite">
              <Form method="post" className="grid gap-3">
                <TextareaField
                  label="Facts"
                  name="publicFacts"
                  rows={8}
                  required
                  maxLength={5000}
                  defaultValue={answer?.kept ?? facts}
                  errors={answer?.errors}
                  hint="Anybody can read this. Leave out names, addresses, numbers and references. The account holder's own statement does not change."
                />
                <Button type="submit" variant="primary" className="justify-self-start">
                  Save these facts
                </Button>
              </Form>
            </Panel>
          ) : null}
          {statement.rewritten ? (
            <Panel title="Facts the account holder was sent" id="frozen">
              <p className="text-sm whitespace-pre-wrap wrap-anywhere">{statement.frozenFacts}</p>
            </Panel>
          ) : null}
        </div>
      </div>
    </>
  );
}

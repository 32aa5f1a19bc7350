import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from "@remix-run/react";
import { Badge } from "~/components/badge";
import { PageHeader } from "~/components/page-header";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import type { ConsoleHandle } from "~/modules/access/console-shell";
import { requireStaff } from "~/modules/access/require-staff.server";
import { addClause } from "~/modules/policy/add-clause.server";
import { ClauseEditor, type ClauseAnswer } from "~/modules/policy/clause-editor";
import { clausePage } from "~/modules/policy/policy-desk.queries.server";
import { removeClause } from "~/modules/policy/remove-clause.server";
import { saveClause } from "~/modules/policy/save-clause.server";
import { errorsByField, textsOf } from "~/modules/policy/sent-form";
import { addClauseSchema, removeClauseSchema, saveClauseSchema } from "~/modules/policy/write-version.schema";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded?.page.clause ? `${loaded.page.clause.text.code}, version ${loaded.page.version.number}` : "A new clause" }];
export const handle: ConsoleHandle = { shortcuts: [{ keys: "Mod+Enter", does: "Save the clause" }] };

const gone = () => data({ sentence: "There is no such clause in this version. Look at its list of clauses." }, { status: 404 });

function addressOf(params: ActionFunctionArgs["params"]): { versionId: string; clauseId: string | null } {
  if (!isId(params.id) || (params.clauseId !== "new" && !isId(params.clauseId))) throw gone();
  return { versionId: params.id, clauseId: params.clauseId === "new" ? null : params.clauseId! };
}

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { versionId, clauseId } = addressOf(params);
  const actor = await requireStaff(request, context, clauseId ? "policy:read" : "policy:edit");
  const page = await clausePage(context.deps, actor, versionId, clauseId);
  if (!page) throw gone();
  return { page };
}

/** A refused form is shown beside what is saved now: that is why it was refused. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => actionStatus === 409 || defaultShouldRevalidate;

/** The field a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, string>> = { clause_code_taken: "code", clause_code_wrong: "code", place_unknown: "after" };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:edit");
  const { deps } = context;
  const { versionId, clauseId } = addressOf(params);
  const back = `/policy-versions/${versionId}`;
  const sent = textsOf(await readForm(request));
  const { intent, basedOn: _basedOn, stoodAfter: _stoodAfter, ...values } = sent;
  const told = (status: number, over: Partial<ClauseAnswer>) => data<ClauseAnswer>({ values, errors: {}, refusal: null, stale: false, ...over }, { status });
  const refused = (reason: string) => {
    const { status, sentence } = refusalText(reason);
    const field = fieldOf[reason];
    return told(status, field ? { errors: { [field]: [sentence] } } : { refusal: sentence, stale: reason === "stale" });
  };
  const taken = (takenBack: boolean) => (takenBack ? " The version is a draft again." : "");
  if (intent === "preview") return told(200, {});
  if (intent === "remove" && clauseId) {
    const parsed = removeClauseSchema.safeParse(sent);
    const removed = parsed.success ? await removeClause(deps, actor, { versionId, clauseId, ...parsed.data }) : ({ ok: false, reason: "invalid" } as const);
    return removed.ok ? redirectWithFlash(`${back}#clauses`, { tone: "ok", text: `${removed.code} is taken out.${taken(removed.takenBack)}` }) : redirectWithFlash(`${back}/clauses/${clauseId}`, { tone: "danger", text: refusalText(removed.reason).sentence });
  }
  if (clauseId === null) {
    const parsed = addClauseSchema.safeParse(sent);
    if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
    const added = await addClause(deps, actor, { ...parsed.data, versionId });
    return added.ok ? redirectWithFlash(`${back}#${encodeURIComponent(parsed.data.code)}`, { tone: "ok", text: `${parsed.data.code} is added.${taken(added.takenBack)}` }) : refused(added.reason);
  }
  const parsed = saveClauseSchema.safeParse(sent);
  if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
  const saved = await saveClause(deps, actor, { ...parsed.data, versionId, clauseId });
  if (!saved.ok) return refused(saved.reason);
  const next = intent === "save_next" ? (await clausePage(deps, actor, versionId, clauseId))?.next : null;
  return redirectWithFlash(next ? `${back}/clauses/${next}` : `${back}#${encodeURIComponent(saved.code)}`, { tone: "ok", text: `${saved.code} is saved.${taken(saved.takenBack)}` });
}

export default function Clause() {
  const { page } = useLoaderData<typeof loader>();
  const answer = useActionData<ClauseAnswer>();
  const { clause, version, policy } = page;
  return (
    <>
      <PageHeader
        title={clause ? clause.text.title : "A new clause"}
        status={clause ? <Badge>{clause.text.code}</Badge> : undefined}
        crumbs={[{ label: "Policies", to: "/policy-versions" }, { label: `${policy.code}, version ${version.number}`, to: `/policy-versions/${version.id}` }, { label: clause?.text.code ?? "New" }]}
      />
      <ClauseEditor key={`${clause?.text.code ?? "new"}-${clause?.revision ?? 0}`} page={page} answer={answer} />
    </>
  );
}

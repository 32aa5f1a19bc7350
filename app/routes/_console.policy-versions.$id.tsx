import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from "@remix-run/react";
import type { z } from "zod";
import { EmptyState } from "~/components/empty-state";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { isId } from "~/infra/id";
import type { Refusal } from "~/infra/result";
import { requireStaff } from "~/modules/access/require-staff.server";
import { bringBackClause } from "~/modules/policy/bring-back-clause.server";
import { cancelVersion } from "~/modules/policy/cancel-version.server";
import { ClauseChangeView, DiffLegend } from "~/modules/policy/change-view";
import { changesBeside } from "~/modules/policy/change-words";
import { describeChange } from "~/modules/policy/describe-change.server";
import { answerOf, type FormAnswer } from "~/modules/policy/form-answer";
import { discardVersion } from "~/modules/policy/discard-version.server";
import { handInVersion } from "~/modules/policy/hand-in-version.server";
import { countChanges, realChanges } from "~/modules/policy/policy-changes";
import { versionPage } from "~/modules/policy/policy-desk.queries.server";
import { answerShorterNoticeSchema, askShorterNoticeSchema } from "~/modules/policy/move-effective-day.schema";
import { publishVersion } from "~/modules/policy/publish-version.server";
import { sendBackVersion } from "~/modules/policy/send-back-version.server";
import { errorsByField, textsOf } from "~/modules/policy/sent-form";
import { answerShorterNotice, askShorterNotice } from "~/modules/policy/shorter-notice.server";
import { ShorterPanel } from "~/modules/policy/shorter-panel";
import { TestSendForm } from "~/modules/policy/test-send-form";
import { testSendVersion } from "~/modules/policy/test-send-version.server";
import { VersionClauses } from "~/modules/policy/version-clauses";
import { DetailsForm, NextStep } from "~/modules/policy/version-forms";
import { VersionStatePill, VersionSteps } from "~/modules/policy/version-state-pill";
import { bringBackSchema, cancelVersionSchema, discardVersionSchema, handInSchema, publishSchema, sendBackSchema, testSendVersionSchema, versionDetailsSchema } from "~/modules/policy/write-version.schema";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `${loaded.page.policy.code}, version ${loaded.page.number}` : "Policy version" }];

const idOf = (params: ActionFunctionArgs["params"]): string => {
  if (!isId(params.id)) throw data({ sentence: "There is no such version. Look in the list of policies." }, { status: 404 });
  return params.id;
};

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:read");
  const page = await versionPage(context.deps, actor, idOf(params));
  if (!page) throw data({ sentence: "There is no such version. Look in the list of policies." }, { status: 404 });
  return { page };
}

/** A refused form is shown beside what is saved now: that is why it was refused. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) => actionStatus === 409 || defaultShouldRevalidate;

/** The field a refusal is about, so that it is said where it can be put right. */
const fieldOf: Readonly<Record<string, string>> = { effective_day_over: "effectiveOn", effective_too_far: "effectiveOn", effective_day_unlawful: "effectiveOn" };

export async function action({ request, context, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, context, "policy:read");
  const versionId = idOf(params);
  const here = `/policy-versions/${versionId}`;
  const form = await readForm(request);
  const sent = textsOf(form);
  const intent = sent.intent ?? "";
  const told = (status: number, over: Partial<FormAnswer>) => data<FormAnswer>({ intent, values: sent, errors: {}, refusal: null, stale: false, ...over }, { status });
  const run = async <T,>(schema: z.ZodType<T>, command: (input: T) => Promise<{ ok: true } | Refusal>, done: string, next = here) => {
    const parsed = schema.safeParse(sent);
    if (!parsed.success) return told(422, { errors: errorsByField(parsed.error) });
    const result = await command(parsed.data);
    if (result.ok) return redirectWithFlash(next, { tone: "ok", text: done });
    const { status, sentence } = refusalText(result.reason);
    const field = fieldOf[result.reason];
    const earliest = result.detail?.earliest;
    const whole = typeof earliest === "string" ? `${sentence} The earliest is ${earliest}.` : sentence;
    return told(status, field ? { errors: { [field]: [whole] } } : { refusal: whole, stale: result.reason === "stale" });
  };
  const { deps } = context;
  switch (intent) {
    case "describe":
      return run(versionDetailsSchema, (input) => describeChange(deps, actor, { ...input, versionId }), "The summary is saved.");
    case "hand_in":
      return run(handInSchema, (input) => handInVersion(deps, actor, { ...input, versionId }), "Handed in. Somebody else looks at it now.");
    case "send_back":
      return run(sendBackSchema, (input) => sendBackVersion(deps, actor, { ...input, versionId }), "It is a draft again.");
    case "publish":
      return run(publishSchema, (input) => publishVersion(deps, actor, { ...input, versionId }), "Published. The change is posted on the website.");
    case "cancel":
      return run(cancelVersionSchema, (input) => cancelVersion(deps, actor, { ...input, versionId }), "Called off. What was posted says so, and the text is a draft again.");
    case "discard":
      return run(discardVersionSchema, (input) => discardVersion(deps, actor, { ...input, versionId }), "The draft is discarded.", "/policy-versions");
    case "bring_back":
      return run(bringBackSchema, (input) => bringBackClause(deps, actor, { ...input, versionId }), "The clause is back.");
    case "test":
      return run(testSendVersionSchema, (input) => testSendVersion(deps, actor, { ...input, versionId }), "A test is on its way to your address.");
    case "ask":
      return run(askShorterNoticeSchema, (input) => askShorterNotice(deps, actor, { ...input, versionId }), "A second person has to agree.");
    case "answer":
      return run(answerShorterNoticeSchema, (input) => answerShorterNotice(deps, actor, { ...input, versionId }), "Your answer is on record.");
    default:
      return told(400, { refusal: refusalText("invalid").sentence });
  }
}

export default function PolicyVersion() {
  const { page } = useLoaderData<typeof loader>();
  const answer = useActionData<FormAnswer>();
  const changes = realChanges(page.changes);
  const described = page.editors.length > 0 && !page.discardedAt;
  return (
    <>
      <PageHeader
        title={`${page.policy.title}, version ${page.number}`}
        crumbs={[{ label: "Policies", to: "/policy-versions" }, { label: page.policy.code }]}
        status={<VersionStatePill state={page.state} />}
        lead={page.discardedAt ? "A draft that was given up." : page.beforeNumber === null ? "The first version kept here." : changesBeside(countChanges(page.changes), page.beforeNumber)}
      />
      <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(320px,420px)] xl:items-start">
        <div className="grid grid-cols-1 gap-4">
          {page.state !== "superseded" && described ? <VersionSteps state={page.state} details={{ in_review: page.proposedBy ? `by ${page.proposedBy}` : undefined, scheduled: page.publishedBy ? `by ${page.publishedBy}` : undefined }} /> : null}
          {described ? (
            <Panel title="What account holders are told" id="summary">
              {page.mayEdit && page.state === "draft" ? (
                <DetailsForm key={page.detailsRevision} page={page} answer={answerOf(answer, "describe")} />
              ) : (
                <div className="grid gap-3">
                  <p className="max-w-prose whitespace-pre-wrap wrap-anywhere">{page.content.summary}</p>
                  {page.content.summaryEs ? <p lang="es" className="max-w-prose whitespace-pre-wrap wrap-anywhere text-muted">{page.content.summaryEs}</p> : null}
                  <p>
                    {page.content.material ? "Material" : "Not material"}: {page.content.materialReason}
                  </p>
                  {page.mayEdit ? (
                    <details open={answer?.intent === "describe"}>
                      <summary className="mb-3 w-fit cursor-pointer underline underline-offset-2">Write on it: that takes the version back from review</summary>
                      <DetailsForm key={page.detailsRevision} page={page} answer={answerOf(answer, "describe")} />
                    </details>
                  ) : null}
                </div>
              )}
            </Panel>
          ) : null}
          {page.beforeNumber !== null && !page.discardedAt ? (
            <Panel title={`What changes since version ${page.beforeNumber}`} id="changes">
              {changes.length === 0 ? (
                <EmptyState title="Nothing differs yet">Open a clause below, or add one.</EmptyState>
              ) : (
                <div className="grid gap-5">
                  <DiffLegend locale="en" />
                  {changes.map((change) => (
                    <ClauseChangeView key={change.code} change={change} />
                  ))}
                </div>
              )}
            </Panel>
          ) : null}
          {page.discardedAt ? null : <VersionClauses page={page} />}
        </div>
        <div className="grid grid-cols-1 gap-4 xl:sticky xl:top-16">
          <NextStep page={page} answer={answer} />
          {page.mayTest ? (
            <Panel title="The mail to account holders" id="mail">
              <TestSendForm languages={page.content.summaryEs ? ["en", "es"] : ["en"]} answer={answerOf(answer, "test")} />
            </Panel>
          ) : null}
          {page.state === "in_review" ? <ShorterPanel version={page} shorter={page.shorter} told={null} now={page.now} zone={page.platform.zone} me={page.me} mayAsk={page.mayAskShorter} mayAnswer={page.mayAnswerShorter} answer={answer} /> : null}
          <People page={page} />
        </div>
      </div>
    </>
  );
}

function People({ page }: { page: ReturnType<typeof useLoaderData<typeof loader>>["page"] }) {
  const { platform, now } = page;
  return (
    <Panel title="On record" id="record">
      <Facts
        facts={[
          { name: "Platform", value: platform.name },
          ...page.editors.map(({ name, lastAt }) => ({ name: "Written by", key: `editor-${name}-${lastAt}`, value: <>{name}, <Time at={lastAt} now={now} zone={platform.zone} brief /></> })),
          ...(page.publishedBy ? [{ name: "Agreed to by", value: page.publishedBy }] : []),
          ...(page.contentHash ? [{ name: "SHA-256", value: <span className="font-mono text-xs break-all">{page.contentHash}</span> }] : []),
          ...page.postings.map((posting) => ({
            name: "Posted",
            key: posting.postedAt,
            value: (
              <>
                version {posting.number} for {posting.effectiveOn}, <Time at={posting.postedAt} now={now} zone={platform.zone} brief />
                {posting.endedHow ? <>; {posting.endedHow === "moved" ? "moved" : "called off"}: {posting.endedNote}</> : null}
              </>
            ),
          })),
          { name: "Public", value: <TextLink to={`/policies/${platform.key}/${page.policy.code}/versions`}>Versions</TextLink> },
        ]}
      />
    </Panel>
  );
}

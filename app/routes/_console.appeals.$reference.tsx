import { createHash } from "node:crypto";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { SelectControl } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import type { Refusal } from "~/infra/result";
import { requireStaff } from "~/modules/access/require-staff.server";
import { AppealAsFiled } from "~/modules/appeals/appeal-as-filed";
import { actionKindWords, AppealStatePill, LateBadge, PausedBadge, StepBadge, UnconfirmedBadge } from "~/modules/appeals/appeal-labels";
import { loadAppealPage, type AppealPage } from "~/modules/appeals/appeal-page.queries.server";
import { AppealQuestions } from "~/modules/appeals/appeal-questions";
import { askAppellantSchema, takeBackQuestionSchema } from "~/modules/appeals/ask-appellant.schema";
import { askAppellant, takeBackQuestion } from "~/modules/appeals/ask-appellant.server";
import { assignAppealSchema } from "~/modules/appeals/assign-appeal.schema";
import { assignAppeal } from "~/modules/appeals/assign-appeal.server";
import { TipOffBanner } from "~/modules/cases/tip-off";
import { findingsOf, leaksSaid } from "~/modules/enforcement/decision-refusals";
import type { Finding } from "~/modules/notices/leak-guard";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { OriginalDecision } from "~/modules/appeals/original-decision";
import { previewRuling } from "~/modules/appeals/preview-ruling.server";
import { rulingSchema, type RulingInput } from "~/modules/appeals/rule-on-appeal.schema";
import { ruleOnAppeal } from "~/modules/appeals/rule-on-appeal.server";
import { RulingForm } from "~/modules/appeals/ruling-form";

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [
  { title: page ? `${page.appeal.reference} ${page.account.businessName} · Trust and safety` : "Appeal · Trust and safety" },
];

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, context, "appeal:read");
  const page = await loadAppealPage(context.deps, actor, params.reference ?? "");
  if (!page) throw data({ sentence: "No appeal has this reference. Check it, or look in the list." }, { status: 404 });
  await noteOutcomeSeen(context.deps, actor, { appealReferences: [page.appeal.reference] });
  return page;
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { deps } = context;
  const actor = await requireStaff(request, context, "appeal:read");
  const here = `/appeals/${encodeURIComponent(params.reference ?? "")}`;
  const form = await readForm(request);
  const intent = form.get("intent");
  if (intent === "claim" || intent === "assign") {
    const parsed = assignAppealSchema.safeParse({ appealId: form.get("appealId"), reviewerId: intent === "assign" ? form.get("reviewerId") : undefined });
    if (!parsed.success) return redirectWithFlash(here, { tone: "danger", text: parsed.error.issues[0]!.message });
    const assigned = await assignAppeal(deps, actor, parsed.data);
    if (!assigned.ok) return redirectWithFlash(here, { tone: "danger", text: refusalText(assigned.reason).sentence });
    return redirectWithFlash(here, { tone: "ok", text: intent === "claim" ? "The appeal is yours." : `${assigned.reviewer} reviews this appeal now.` });
  }

  const nothing = { preview: null, previewed: null, ask: null, result: null, leaks: [] as Finding[] };
  if (intent === "take_back") {
    const parsed = takeBackQuestionSchema.safeParse({ appealId: form.get("appealId") });
    const taken = parsed.success ? await takeBackQuestion(deps, actor, parsed.data) : { ok: false as const, reason: "invalid" };
    return redirectWithFlash(here, taken.ok ? { tone: "ok", text: "The question is taken back and the clock goes on." } : { tone: "danger", text: refusalText(taken.reason).sentence });
  }
  if (intent === "ask") {
    const asking = parseWithZod(form, { schema: askAppellantSchema });
    if (asking.status !== "success") return data({ ...nothing, ask: asking.reply() }, { status: 422 });
    const asked = await askAppellant(deps, actor, asking.value);
    if (asked.ok) return redirectWithFlash(here, { tone: "ok", text: "The question is on its way. The clock stands still once their mail server has it." });
    return data({ ...nothing, leaks: findingsOf(asked), ask: asking.reply({ formErrors: said(asked) }) }, { status: refusalText(asked.reason).status });
  }
  const submission = parseWithZod(form, { schema: rulingSchema });
  if (submission.status !== "success") return data({ ...nothing, result: submission.reply() }, { status: 422 });
  const input = submission.value;
  const fingerprint = fingerprintOf(input);
  if (intent === "rule" && form.get("previewed") === fingerprint) {
    const ruled = await ruleOnAppeal(deps, actor, input);
    if (ruled.ok) return redirectWithFlash(here, { tone: "ok", text: `Ruled: ${ruled.state}. Everybody concerned is being told.` });
    return data({ ...nothing, leaks: findingsOf(ruled), result: submission.reply({ formErrors: said(ruled) }) }, { status: refusalText(ruled.reason).status });
  }
  const previewed = await previewRuling(deps, actor, input);
  if (!previewed.ok) return data({ ...nothing, leaks: findingsOf(previewed), result: submission.reply({ formErrors: said(previewed) }) }, { status: refusalText(previewed.reason).status });
  const changed = intent === "rule" ? { formErrors: ["You changed the form after the preview. Look at what it does now, then rule."] } : {};
  return data({ ...nothing, result: submission.reply(changed), preview: previewed.preview, previewed: fingerprint });
}

/** The same ruling, word for word, on the same version of the appeal. */
const fingerprintOf = (input: RulingInput): string => createHash("sha256").update(JSON.stringify(input)).digest("base64url");

function said(refusal: Refusal): string[] {
  return [leaksSaid(refusal, refusalText(refusal.reason).sentence)];
}

export default function AppealRoute() {
  const page = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { appeal, action: appealed } = page;
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Appeals", to: "/appeals" }, { label: appeal.reference }]}
        title={page.account.businessName}
        status={
          <>
            <AppealStatePill state={appeal.state} />
            {appeal.late ? <LateBadge /> : null}
            {appeal.unconfirmed ? <UnconfirmedBadge /> : null}
            {appeal.breachedAt ? <StepBadge step="breached" /> : null}
            {appeal.pause ? <PausedBadge /> : null}
          </>
        }
        lead={`Against ${(actionKindWords[appealed.kind] ?? appealed.kind).toLowerCase()} ${appealed.reference} on ${page.platform}.`}
        actions={<Assignment page={page} />}
      />
      {page.hiddenSuccessor ? (
        <Callout tone="warn" title="Do not tip off" className="mb-4">
          A decision that the account holder must not know of took this measure's place. For them it goes on. Say nothing of it in a question or a ruling.
        </Callout>
      ) : page.noTipOff ? (
        <TipOffBanner />
      ) : null}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <OriginalDecision page={page} />
        <AppealAsFiled page={page} />
      </div>
      <div className="mt-4 grid gap-4">
        <AppealQuestions page={page} answer={answer?.ask ?? null} leaks={answer?.ask ? answer.leaks : []} />
        <MayRule page={page} answer={answer?.result ? { ...answer, result: answer.result } : null} />
      </div>
    </>
  );
}

function Assignment({ page }: { page: AppealPage }) {
  const { appeal } = page;
  if (!appeal.live || !page.mayRule) return null;
  const others = page.reviewers.filter(({ id }) => id !== appeal.reviewerId);
  return (
    <>
      {page.independent && !appeal.reviewerId ? (
        <Form method="post">
          <input type="hidden" name="appealId" value={appeal.id} />
          <Button type="submit" name="intent" value="claim" variant="primary">
            Take this appeal
          </Button>
        </Form>
      ) : null}
      {page.mayGive && others.length > 0 ? (
        <Form method="post" className="flex gap-2">
          <input type="hidden" name="appealId" value={appeal.id} />
          <SelectControl name="reviewerId" aria-label="Give it to" options={others.map(({ id, name }) => ({ value: id, label: name }))} placeholder="Give it to…" className="w-40" />
          <Button type="submit" name="intent" value="assign">
            Give
          </Button>
        </Form>
      ) : null}
    </>
  );
}

function MayRule({ page, answer }: { page: AppealPage; answer: React.ComponentProps<typeof RulingForm>["answer"] }) {
  const { appeal } = page;
  if (!appeal.live) return null;
  if (!page.independent) {
    return (
      <Callout tone="warn" title="You cannot rule on this appeal">
        You made, proposed or approved the decision it is against. Somebody who had no part in it has to look at it; the database refuses your ruling too.
      </Callout>
    );
  }
  if (!page.mayRule) {
    return (
      <Callout tone="info" title="Only appeals reviewers rule">
        You can read this appeal. Your role does not rule on appeals.
      </Callout>
    );
  }
  if (!page.mine) {
    return (
      <Callout tone="info" title={appeal.reviewer ? `${appeal.reviewer} reviews this appeal` : "Nobody reviews this appeal yet"}>
        {appeal.reviewer ? "Ask them to give it to you, or give it to yourself above." : "Take it to rule on it."}
      </Callout>
    );
  }
  return <RulingForm page={page} answer={answer} />;
}

import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { VersionPage } from "./policy-desk.queries.server";
import { DiffText } from "./change-view";
import { PaceFields } from "./pace-fields";
import { AnswerSummary, answerOf, isRefused, type FormAnswer } from "./form-answer";

/** What account holders and the public are told, and whether they are told ahead. */
export function DetailsForm({ page, answer }: { page: VersionPage; answer: FormAnswer }) {
  const { content } = page;
  const { values, errors } = answer;
  const busy = useNavigation().state !== "idle";
  return (
    <Form method="post" action="#summary" noValidate className="grid gap-4">
      <AnswerSummary form="details" answer={answer} title="The summary is not saved" />
      {answer.stale ? (
        <Callout tone="warn" title="Somebody saved other words meanwhile">
          <p className="text-sm">From what is saved now to yours. Save again to put yours in its place.</p>
          <DiffText before={content.summary} after={values.summary ?? ""} locale="en" />
        </Callout>
      ) : null}
      <input type="hidden" name="basedOn" value={page.detailsRevision} />
      <TextareaField id="details-summary" name="summary" label="What changes, in plain words" hint="Account holders get this by mail, and it is posted on the website. An empty line begins a paragraph." rows={5} required defaultValue={values.summary ?? content.summary} errors={errors.summary} />
      <TextareaField id="details-summaryEs" name="summaryEs" label="The same in Spanish" hint="Left empty, everybody is told in English." lang="es" rows={4} defaultValue={values.summaryEs ?? content.summaryEs ?? ""} errors={errors.summaryEs} />
      <RadioGroup
        id="details-material"
        name="material"
        label="Is the change material?"
        required
        defaultValue={values.material ?? (content.material ? "yes" : "no")}
        errors={errors.material}
        options={[
          { value: "yes", label: "Yes", hint: `It asks, forbids or allows something else. Every account holder is told at least ${page.platform.leadDays} days ahead.` },
          { value: "no", label: "No", hint: "Spelling, numbering, a clearer word for the same rule. Nobody is told ahead; a second person has to agree all the same." },
        ]}
      />
      <TextareaField id="details-materialReason" name="materialReason" label="Why it is, or is not" hint="Kept with the version for whoever asks later." rows={2} required defaultValue={values.materialReason ?? content.materialReason} errors={errors.materialReason} />
      <Button type="submit" name="intent" value="describe" variant="primary" disabled={busy} className="justify-self-start">
        Save
      </Button>
    </Form>
  );
}

/** What is asked of this person now. */
export function NextStep({ page, answer }: { page: VersionPage; answer: FormAnswer | undefined }) {
  if (page.discardedAt) return <Discarded page={page} at={page.discardedAt} />;
  if (page.state === "draft")
    return (
      <>
        <HandIn page={page} answer={answerOf(answer, "hand_in")} />
        {page.mayEdit ? <Discard page={page} answer={answerOf(answer, "discard")} /> : null}
      </>
    );
  if (page.state === "in_review") return <Review page={page} answer={answer} />;
  if (page.state === "scheduled") return <Scheduled page={page} answer={answerOf(answer, "cancel")} />;
  return null;
}

function HandIn({ page, answer }: { page: VersionPage; answer: FormAnswer }) {
  return (
    <Panel title="Hand in for review" id="next">
      <Form method="post" action="#next" className="grid gap-3">
        <AnswerSummary form="hand-in" answer={answer} title="It is not handed in" />
        {page.reviewNote ? (
          <Callout tone="warn" title="The last review sent it back">
            <p className="whitespace-pre-wrap wrap-anywhere">{page.reviewNote}</p>
          </Callout>
        ) : null}
        {page.problems.length > 0 ? (
          <>
            <p>Before somebody else can look at it:</p>
            <ul className="list-disc pl-5">
              {page.problems.map((problem, index) => (
                <li key={index}>{problem.clause && page.clauseIds[problem.clause] ? <TextLink to={`/policy-versions/${page.id}/clauses/${page.clauseIds[problem.clause]}`}>{problem.sentence}</TextLink> : <a href={problem.code === "no_change" || problem.code === "no_clause" ? "#clauses" : "#summary"} className="underline underline-offset-2">{problem.sentence}</a>}</li>
              ))}
            </ul>
          </>
        ) : (
          <p>It is whole. From here on its text stands still; writing on it takes it back.</p>
        )}
        <TranslationGaps page={page} />
        <input type="hidden" name="seen" value={page.revision} />
        {page.mayEdit ? (
          <Button type="submit" name="intent" value="hand_in" variant="primary" className="justify-self-start" disabled={page.problems.length > 0}>
            Hand in
          </Button>
        ) : null}
      </Form>
    </Panel>
  );
}

/** What readers of Spanish will not find in their language, before somebody puts it before them. */
function TranslationGaps({ page: { id, gaps, content, clauseIds } }: { page: VersionPage }) {
  const [missing, outdated] = (["missing", "outdated"] as const).map((kind) => gaps.filter((gap) => gap.kind === kind)) as [VersionPage["gaps"], VersionPage["gaps"]];
  if (gaps.length === 0 && content.summaryEs) return null;
  const list = (title: string, some: VersionPage["gaps"]) =>
    some.length === 0 ? null : (
      <details>
        <summary className="w-fit cursor-pointer underline underline-offset-2">{title}</summary>
        <ul className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
          {some.map(({ clause }) => (
            <li key={clause}>
              <TextLink to={`/policy-versions/${id}/clauses/${clauseIds[clause]}`}>{clause}</TextLink>
            </li>
          ))}
        </ul>
      </details>
    );
  return (
    <Callout tone={outdated.length > 0 ? "warn" : "info"} title="Not everything is in Spanish">
      <div className="grid gap-1 text-sm">
        {content.summaryEs ? null : <p>The summary is not: everybody is told in English.</p>}
        {list(`${outdated.length} ${outdated.length === 1 ? "clause changes and its" : "clauses change and their"} Spanish text stays as it was`, outdated)}
        {list(`${missing.length} of ${content.clauses.length} clauses have no Spanish text`, missing)}
      </div>
    </Callout>
  );
}

function Discard({ page, answer }: { page: VersionPage; answer: FormAnswer }) {
  return (
    <Panel title="Give it up" id="discard">
      <details open={isRefused(answer)}>
        <summary className="w-fit cursor-pointer underline underline-offset-2">Discard this draft</summary>
        <Form method="post" action="#discard" noValidate className="mt-3 grid gap-3">
          <AnswerSummary form="discard" answer={answer} title="The draft is not discarded" />
          <p className="text-sm">
            Its text is gone for good{page.postings.length > 0 ? "; what was posted about it stays" : ""}. {page.beforeNumber === null && page.postings.length === 0 ? "The policy has no other version, so it goes with it." : "What is in force stays in force."}
          </p>
          <input type="hidden" name="seen" value={page.revision} />
          <TextareaField id="discard-note" name="note" label="Why it is discarded" hint="Kept in the audit trail." rows={2} required defaultValue={answer.values.note} errors={answer.errors.note} />
          <Button type="submit" name="intent" value="discard" variant="danger" className="justify-self-start">
            Discard version {page.number}
          </Button>
        </Form>
      </details>
    </Panel>
  );
}

function Discarded({ page, at }: { page: VersionPage; at: string }) {
  return (
    <Panel title="Discarded" id="next">
      <p>
        This draft was given up <Time at={at} now={page.now} zone={page.platform.zone} />. What was posted about it before stays. The next version begins from <TextLink to="/policy-versions">the list of policies</TextLink>.
      </p>
    </Panel>
  );
}

function Review({ page, answer }: { page: VersionPage; answer: FormAnswer | undefined }) {
  const [published, sentBack] = [answerOf(answer, "publish"), answerOf(answer, "send_back")];
  const { earliest, platform } = page;
  return (
    <Panel title="Review" id="next">
      <div className="grid gap-6">
        <p>
          Handed in by {page.proposedBy}
          {page.submittedAt ? (
            <>
              , <Time at={page.submittedAt} now={page.now} zone={platform.zone} />
            </>
          ) : null}
          .
        </p>
        {page.mayPublish ? (
          <Form method="post" action="#next" noValidate className="grid gap-3">
            <AnswerSummary form="publish" answer={published} title="It is not published" />
            <input type="hidden" name="seen" value={page.contentHash ?? ""} />
            {page.content.material && earliest?.sending ? <EarliestDay page={page} earliest={earliest} sending={earliest.sending} /> : null}
            {page.shorter.some(({ state, contentHash }) => state === "agreed" && contentHash === page.contentHash) ? (
              <Callout tone="warn" title="Less time, for a legal reason two people answer for">
                <p className="text-sm">{page.shorter.filter(({ state, contentHash }) => state === "agreed" && contentHash === page.contentHash).map(({ effectiveDay }) => effectiveDay).join(", ")} can be chosen as well.</p>
              </Callout>
            ) : null}
            <InputField id="publish-effectiveOn" name="effectiveOn" type="date" label="In force from the start of" hint={`A day in ${platform.zone}. ${earliest ? `Earliest: ${earliest.day}.` : ""}`} required defaultValue={published.values.effectiveOn ?? earliest?.day} errors={published.errors.effectiveOn} />
            {page.content.material && earliest?.sending ? (
              <details open={["ratePerSecond", "domainPerSecond", "warmUpMinutes"].some((name) => published.errors[name])}>
                <summary className="w-fit cursor-pointer text-sm underline underline-offset-2">Send faster or slower</summary>
                <div className="mt-3 grid gap-3">
                  <p className="text-sm text-muted">The earliest lawful day is reckoned anew for it when you publish.</p>
                  <PaceFields form="publish" pace={earliest.sending.pace} answer={published} />
                </div>
              </details>
            ) : null}
            <TranslationGaps page={page} />
            <p className="text-sm text-muted">The change and its summary are posted at once and stay posted.</p>
            <Button type="submit" name="intent" value="publish" variant="primary" className="justify-self-start">
              {page.content.material ? "Agree, publish and tell everybody" : "Agree and publish"}
            </Button>
          </Form>
        ) : (
          <Callout tone="info" title={page.own ? "Somebody else has to agree" : "A policy manager has to agree"}>
            <p className="text-sm">{page.own ? "You wrote on this version. Whoever agrees to it had no hand in it." : "Your role reads policies and does not publish them."}</p>
          </Callout>
        )}
        {page.mayEdit ? (
          <Form method="post" action="#next" noValidate className="grid gap-3 border-t border-line pt-4">
            <AnswerSummary form="send-back" answer={sentBack} title="It is not sent back" />
            <input type="hidden" name="seen" value={page.contentHash ?? ""} />
            <TextareaField id="send-back-note" name="note" label={page.own ? "Why you take it back" : "What should change"} rows={3} required defaultValue={sentBack.values.note} errors={sentBack.errors.note} />
            <Button type="submit" name="intent" value="send_back" className="justify-self-start">
              {page.own ? "Take it back" : "Send it back"}
            </Button>
          </Form>
        ) : null}
      </div>
    </Panel>
  );
}

/** How the earliest lawful day comes about, before somebody picks one (CF-AUP 9). */
function EarliestDay({ page: { platform, now }, earliest, sending }: { page: VersionPage; earliest: NonNullable<VersionPage["earliest"]>; sending: NonNullable<NonNullable<VersionPage["earliest"]>["sending"]> }) {
  const { recipients, seconds, lastNoticeAt, pace, largestShare, others } = sending;
  const minutes = Math.ceil(seconds / 60);
  return (
    <div id="earliest" className="grid gap-1 text-sm">
      <p>
        The earliest lawful day is <strong>{earliest.day}</strong>:
      </p>
      <ol className="grid list-decimal gap-1 pl-5">
        <li>
          {recipients.toLocaleString("en-US")} account {recipients === 1 ? "holder is" : "holders are"} told from the moment you publish.
        </li>
        <li>
          Sending grows over {pace.warmUpMinutes} minutes to at most {pace.ratePerSecond} messages a second, {pace.domainPerSecond} of them to one mail domain; the largest is taken to have {Math.round(largestShare * 100)} % of the addresses.{others > 0 ? ` ${others === 1 ? "Another campaign is" : `${others} other campaigns are`} under way and has an even share of that.`.replace("are under way and has", "are under way and have") : ""} That takes {minutes < 60 ? `about ${minutes} min` : `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`}.
        </li>
        <li>
          The last notice goes out: <Time at={lastNoticeAt} now={now} zone={platform.zone} />.
        </li>
        <li>
          {platform.leadDays} whole days in {platform.zone} lie between that day and the effective one.
        </li>
      </ol>
    </div>
  );
}

function Scheduled({ page, answer }: { page: VersionPage; answer: FormAnswer }) {
  return (
    <Panel title="Scheduled" id="next">
      <div className="grid gap-4">
        <p>
          Published by {page.publishedBy}. Takes effect {page.effectiveFrom ? <Time at={page.effectiveFrom} now={page.now} zone={page.platform.zone} /> : null}
          {page.content.material ? ", once everybody was told in time." : "."}
        </p>
        {page.campaign ? (
          <p>
            <TextLink to={`/notices/campaigns/${page.campaign.id}`}>Who was told so far</TextLink>
          </p>
        ) : null}
        {page.mayCancel ? (
          <details open={isRefused(answer)}>
            <summary className="w-fit cursor-pointer underline underline-offset-2">Call it off</summary>
            <Form method="post" action="#next" noValidate className="mt-3 grid gap-3">
              <AnswerSummary form="cancel" answer={answer} title="It is not called off" />
              <TextareaField id="cancel-note" name="note" label="Why it is called off" hint="Posted on the website, where the change was. Nobody is written to any more, and the text is a draft again." rows={3} required defaultValue={answer.values.note} errors={answer.errors.note} />
              <Button type="submit" name="intent" value="cancel" variant="danger" className="justify-self-start">
                Call version {page.number} off
              </Button>
            </Form>
          </details>
        ) : null}
      </div>
    </Panel>
  );
}

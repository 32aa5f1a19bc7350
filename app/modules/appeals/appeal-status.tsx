import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { StatusPill, type Tone } from "~/components/badge";
import { Callout } from "~/components/flash";
import { Facts } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { deadlineTime } from "~/components/time-format";
import { AddToAppealForm, type StandingAnswer } from "./appeal-form";
import type { Language } from "./sla";
import type { StandingAppeal } from "./standing.queries.server";
import { standingWords } from "./standing-words";

const tones: Record<StandingAppeal["state"], Tone> = {
  filed: "info",
  under_review: "info",
  upheld: "neutral",
  modified: "ok",
  overturned: "ok",
  inadmissible: "neutral",
  withdrawn: "neutral",
};

/** One appeal as whoever filed it sees it: where it stands, by when we answer, the ruling and its grounds. */
export function AppealStatus({ appeal, zone, now, language, answer }: { appeal: StandingAppeal; zone: string; now: string; language: Language; answer: StandingAnswer | null }) {
  const words = standingWords(language);
  const time = { now, zone, locale: language };
  return (
    <section id={`appeal-${appeal.id}`} aria-label={`${words.appealStatus} ${appeal.reference}`} className="mt-4 rounded-md border border-line bg-sunken p-3 sm:p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h4 className="font-semibold">
          {words.appealStatus} {appeal.reference}
        </h4>
        <StatusPill tone={tones[appeal.state]}>{words.appealStates[appeal.state]}</StatusPill>
      </div>
      <Facts
        className="mt-3 **:whitespace-normal"
        facts={[
          {
            name: words.filed,
            value: (
              <>
                <Time at={appeal.filedAt} {...time} />
                {appeal.late ? ` (${words.filedLate})` : null}
              </>
            ),
          },
          ...(appeal.live && !appeal.question?.pausedAt
            ? [{ name: words.answerBy, value: <Deadline at={appeal.due.at} left={appeal.due.left ?? undefined} computed={appeal.due.computed} {...time} /> }]
            : []),
          ...(appeal.ruledAt ? [{ name: words.ruled, value: <Time at={appeal.ruledAt} {...time} /> }] : []),
          ...(appeal.inadmissibleReason ? [{ name: words.notReviewed, value: words.inadmissibleReasons[appeal.inadmissibleReason] }] : []),
        ]}
      />
      {appeal.live && appeal.unconfirmed ? <WhoseIsIt appeal={appeal} language={language} /> : null}
      {appeal.live && appeal.question ? <Asked appeal={appeal} question={appeal.question} time={time} answer={answer} /> : null}
      {appeal.grounds ? (
        <div className="mt-3">
          <h5 className="text-sm font-medium">{words.grounds}</h5>
          <blockquote className="mt-1 border-l-4 border-edge pl-3 text-sm whitespace-pre-wrap wrap-anywhere">{appeal.grounds}</blockquote>
        </div>
      ) : null}
      <details className="mt-3">
        <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">{words.yourWords}</summary>
        <blockquote className="mt-2 border-l-4 border-edge pl-3 text-sm whitespace-pre-wrap wrap-anywhere">{appeal.explanation}</blockquote>
        {appeal.statements.map((statement) => (
          <blockquote key={statement.at} className="mt-2 border-l-4 border-edge pl-3 text-sm whitespace-pre-wrap wrap-anywhere">
            <Time at={statement.at} {...time} className="block text-xs" />
            {statement.question ? (
              <span className="block text-muted">
                {words.paused.question}: {statement.question}
              </span>
            ) : null}
            {statement.text}
          </blockquote>
        ))}
        {appeal.files.length > 0 ? (
          <>
            <h5 className="mt-2 text-sm font-medium">{words.yourFiles}</h5>
            <ul className="list-disc pl-5 text-sm">
              {appeal.files.map((file, index) => (
                <li key={index} className="wrap-anywhere">
                  {file.name} ({Math.max(1, Math.round(file.size / 1024)).toLocaleString(language)} KB)
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </details>
      {appeal.live ? (
        <>
          {appeal.question ? null : (
            <details className="mt-3" open={answer !== null}>
              <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">{words.addTitle}</summary>
              <AddToAppealForm appealId={appeal.id} language={language} answer={answer} />
            </details>
          )}
          <details className="mt-3">
            <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">{words.withdraw}</summary>
            <Form method="post" encType="multipart/form-data" className="mt-2 grid gap-2">
              <input type="hidden" name="appealId" value={appeal.id} />
              <p className="text-sm text-muted">{words.withdrawLead}</p>
              <Button type="submit" name="intent" value="withdraw" size="sm" className="justify-self-start">
                {words.withdrawYes}
              </Button>
            </Form>
          </details>
        </>
      ) : null}
    </section>
  );
}

type TimeFrame = { now: string; zone: string; locale: Language };

/** What we wait for, what that does to our clock, and the form that answers it. */
function Asked({ appeal, question, time, answer }: { appeal: StandingAppeal; question: NonNullable<StandingAppeal["question"]>; time: TimeFrame; answer: StandingAnswer | null }) {
  const { paused: words } = standingWords(time.locale);
  return (
    <Callout tone="info" title={words.title} className="mt-3">
      <blockquote className="mt-1 border-l-4 border-edge pl-3 text-sm whitespace-pre-wrap wrap-anywhere">{question.text}</blockquote>
      <Facts
        className="mt-3 **:whitespace-normal"
        facts={[
          { name: words.asked, value: <Time at={question.pausedAt ?? question.askedAt} {...time} /> },
          { name: words.clock, value: question.pausedAt && question.left ? words.stands(question.left) : words.runs },
          ...(question.endsAt ? [{ name: words.until, value: deadlineTime(question.endsAt, time.zone, time.locale) }] : []),
        ]}
      />
      <p className="mt-2 text-sm">{words.lead}</p>
      <AddToAppealForm appealId={appeal.id} language={time.locale} answer={answer} answers />
    </Callout>
  );
}

/** Anybody who knows the account's address can send the public form, so the holder is asked; nothing waits for the answer. */
function WhoseIsIt({ appeal, language }: { appeal: StandingAppeal; language: Language }) {
  const { unconfirmed: words } = standingWords(language);
  return (
    <Callout tone="warn" title={words.title} className="mt-3">
      <p className="text-sm">{words.lead}</p>
      <Form method="post" encType="multipart/form-data" className="mt-3 flex flex-wrap gap-3">
        <input type="hidden" name="appealId" value={appeal.id} />
        <Button type="submit" name="intent" value="confirm" variant="primary" size="sm">
          {words.yes}
        </Button>
        <Button type="submit" name="intent" value="withdraw" size="sm">
          {words.no}
        </Button>
      </Form>
    </Callout>
  );
}

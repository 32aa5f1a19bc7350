import { useForm, type SubmissionResult } from "@conform-to/react";
import { Form } from "@remix-run/react";
import { MessageCircleQuestion } from "lucide-react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { deadlineTime } from "~/components/time-format";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { AppealPage } from "./appeal-page.queries.server";

const endings = {
  answered: "Answered",
  withdrawn: "Taken back",
  expired: "Not answered in time; the clock went on",
  appeal_over: "Over with the appeal",
} as const;

/** What the appellant was asked and said, what that did to the clock, and the form that asks. */
export function AppealQuestions({ page, answer, leaks }: { page: AppealPage; answer: SubmissionResult<string[]> | null; leaks: readonly Finding[] }) {
  const { appeal } = page;
  const time = { now: page.now, zone: page.zone };
  const mayAsk = appeal.live && page.mayRule && page.independent && page.mine;
  if (appeal.questions.length === 0 && !mayAsk) return null;
  return (
    <Panel title="Questions to the account holder" id="questions">
      {appeal.questions.length === 0 ? <p className="text-sm text-muted">Nothing was asked yet.</p> : null}
      <ol className="grid gap-4 text-sm">
        {appeal.questions.map((question) => (
          <li key={question.id} className="grid gap-1">
            <p className="text-muted">
              {question.by ?? "A colleague who left"} asked, <Time at={question.askedAt} {...time} />
            </p>
            <blockquote className="border-l-4 border-edge pl-3 whitespace-pre-wrap wrap-anywhere">{question.text}</blockquote>
            {question.answers.map((said) => (
              <blockquote key={said.at} className="ml-4 border-l-4 border-accent pl-3 whitespace-pre-wrap wrap-anywhere">
                <span className="block text-muted">
                  Answer, <Time at={said.at} {...time} />
                </span>
                {said.text}
              </blockquote>
            ))}
            <p className="text-muted">
              {question.ending ? endings[question.ending] : question.pausedAt ? "Waiting for the answer" : "On its way; the clock runs until the mail is handed over"}
              {question.endedAt ? (
                <>
                  , <Time at={question.endedAt} {...time} />
                </>
              ) : null}
              .{" "}
              {question.dueBefore && question.dueAfter
                ? question.dueBefore === question.dueAfter
                  ? "The due day did not move."
                  : `Due day moved from ${deadlineTime(question.dueBefore, page.zone)} to ${deadlineTime(question.dueAfter, page.zone)}.`
                : null}
            </p>
          </li>
        ))}
      </ol>
      {appeal.questionOpen && page.mayGive && appeal.live && page.mayRule ? <TakeBack page={page} /> : null}
      {mayAsk && !appeal.questionOpen ? <AskForm page={page} answer={answer} leaks={leaks} /> : null}
    </Panel>
  );
}

function TakeBack({ page }: { page: AppealPage }) {
  const { pause, id } = page.appeal;
  return (
    <Callout tone="info" className="mt-4 text-sm" title={pause ? "The clock stands still" : "The clock still runs"}>
      <p>
        {pause
          ? `${pause.left ?? "Nothing"} left when it goes on: with the answer, when you take the question back, or by itself after ${deadlineTime(pause.endsAt, page.zone)}.`
          : "It stands still from when the account holder’s mail server takes our question."}
      </p>
      <Form method="post" className="mt-2">
        <input type="hidden" name="appealId" value={id} />
        <Button type="submit" name="intent" value="take_back" size="sm">
          Take the question back
        </Button>
      </Form>
    </Callout>
  );
}

function AskForm({ page, answer, leaks }: { page: AppealPage; answer: SubmissionResult<string[]> | null; leaks: readonly Finding[] }) {
  const [form, fields] = useForm<{ appealId: string; version: string; question: string }>({ id: "ask", lastResult: answer ?? undefined });
  return (
    <details className="mt-4" open={answer !== null}>
      <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">Ask the account holder something</summary>
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="mt-3 grid gap-3">
        <ErrorSummary
          title="Not asked yet"
          entries={[
            { id: null, errors: form.errors ?? [] },
            { id: fields.question.id, errors: fields.question.errors ?? [] },
          ]}
        />
        <input type="hidden" name="appealId" value={page.appeal.id} />
        <input type="hidden" name="version" value={page.appeal.version} />
        <LeakFindings id="ask-leaks" findings={leaks} approvable={false} />
        <TextareaField
          label="Question"
          hint={`Goes out as written, by mail and on their page. The clock stands still once their mail server has it, for at most ${page.appeal.pauseDays} business days. Never write what could identify a reporter.`}
          rows={4}
          {...fieldProps(fields.question)}
          required
        />
        <Button type="submit" name="intent" value="ask" className="justify-self-start" icon={<MessageCircleQuestion aria-hidden="true" className="size-4" />}>
          Send the question
        </Button>
      </Form>
    </details>
  );
}

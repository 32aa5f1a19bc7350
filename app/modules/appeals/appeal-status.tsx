import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { StatusPill, type Tone } from "~/components/badge";
import { Facts } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
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
          ...(appeal.live
            ? [{ name: words.answerBy, value: <Deadline at={appeal.due.at} left={appeal.due.left ?? undefined} computed={appeal.due.computed} {...time} /> }]
            : []),
          ...(appeal.ruledAt ? [{ name: words.ruled, value: <Time at={appeal.ruledAt} {...time} /> }] : []),
        ]}
      />
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
          <details className="mt-3" open={answer !== null}>
            <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">{words.addTitle}</summary>
            <AddToAppealForm appealId={appeal.id} language={language} answer={answer} />
          </details>
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

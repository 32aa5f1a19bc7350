import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { AnswerSummary, answerOf, isRefused, type FormAnswer } from "./form-answer";
import type { ShorterNotice } from "./shorter-notice.queries.server";

const states: Record<string, string> = { asked: "Waits for a second person", agreed: "Agreed", refused: "Refused", withdrawn: "Taken back" };

interface Props {
  version: { id: string };
  shorter: readonly ShorterNotice[];
  /** The day account holders were told, before which none is asked for. */
  told: string | null;
  now: string;
  zone: string;
  me: string;
  mayAsk: boolean;
  mayAnswer: boolean;
  answer: FormAnswer | undefined;
}

/** A law asks for less time: an admin says which, and somebody else answers. */
export function ShorterPanel({ version, shorter, told, now, zone, me, mayAsk, mayAnswer, answer }: Props) {
  const canAsk = mayAsk && !shorter.some(({ state }) => state === "asked");
  if (shorter.length === 0 && !canAsk) return null;
  const asked = answerOf(answer, "ask");
  return (
    <Panel title="Required by law" id="law">
      {shorter.length === 0 ? null : (
        <ul className="mb-3 grid gap-3 text-sm last:mb-0">
          {shorter.map((one) => (
            <li key={one.id}>
              <p>
                <strong>{states[one.state] ?? one.state}</strong>: {one.effectiveDay}. Asked for by {one.askedBy} <Time at={one.askedAt} now={now} zone={zone} brief />
                {one.answeredBy && one.state !== "withdrawn" ? `, answered by ${one.answeredBy}` : ""}.
              </p>
              <p className="whitespace-pre-wrap wrap-anywhere">{one.reason}</p>
              {one.state === "asked" && mayAnswer ? <Answer version={version} one={one} told={told} me={me} answer={answerOf(answer, "answer", { requestId: one.id })} /> : null}
            </li>
          ))}
        </ul>
      )}
      {canAsk ? (
        <details open={isRefused(asked)}>
          <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">A law asks for less time</summary>
          <Form method="post" action="#law" noValidate className="mt-3 grid max-w-xl gap-3">
            <AnswerSummary form="law" answer={asked} title="Nobody was asked" />
            <input type="hidden" name="versionId" value={version.id} />
            <InputField id="law-effectiveOn" name="effectiveOn" type="date" label="Effective day by law" min={told ?? undefined} defaultValue={asked.values.effectiveOn ?? told ?? ""} hint={told ? "Not before the day account holders were told." : `A day in ${zone}. It can be chosen at publication once a second person agrees.`} required errors={asked.errors.effectiveOn} />
            <TextareaField id="law-reason" name="reason" label="The law, and what it asks for" rows={3} required defaultValue={asked.values.reason} errors={asked.errors.reason} />
            <Button type="submit" name="intent" value="ask" className="justify-self-start">
              Ask a second person
            </Button>
          </Form>
        </details>
      ) : null}
    </Panel>
  );
}

function Answer({ version, one, told, me, answer }: { version: { id: string }; one: ShorterNotice; told: string | null; me: string; answer: FormAnswer }) {
  const comesBefore = told !== null && one.effectiveDay < told;
  return (
    <Form method="post" action="#law" className="mt-2 flex flex-wrap items-center gap-2">
      <AnswerSummary form="law" answer={answer} title="Your answer is not on record" />
      <input type="hidden" name="versionId" value={version.id} />
      <input type="hidden" name="requestId" value={one.id} />
      <input type="hidden" name="intent" value="answer" />
      {one.askedById === me ? (
        <Button type="submit" name="answer" value="withdrawn">
          Take it back
        </Button>
      ) : (
        <>
          {comesBefore ? (
            <p className="text-sm text-muted">Account holders were told of a later day, {told}, and no earlier one can be set.</p>
          ) : (
            <Button type="submit" name="answer" value="agreed" variant="danger">
              Agree: less time is given
            </Button>
          )}
          <Button type="submit" name="answer" value="refused">
            Refuse
          </Button>
        </>
      )}
    </Form>
  );
}

import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { TextLink } from "~/components/link";
import { Time } from "~/components/time";
import type { CampaignDesk } from "./campaign-desk.queries.server";
import { heldInWords } from "./effect";
import { AnswerSummary, answerOf, isRefused, type FormAnswer } from "./form-answer";
import { PaceFields } from "./pace-fields";
import { TestSendForm } from "./test-send-form";

interface Props {
  desk: CampaignDesk;
  now: string;
  answer: FormAnswer | undefined;
}

export function HeldPanel({ desk, now, answer, mayPublish }: Props & { mayPublish: boolean }) {
  if (!desk.held) return null;
  const moved = answerOf(answer, "move");
  return (
    <Callout tone="danger" title={`Held: version ${desk.version.number} does not take effect on ${desk.effectiveDay}`}>
      <p>
        {heldInWords[desk.held.reason]} Held <Time at={desk.held.since} now={now} zone={desk.platform.zone} />. The version before it stays in force.
      </p>
      {desk.offered ? (
        <p className="mt-1">
          Earliest lawful day, by what is known now: <strong>{desk.offered}</strong>. {desk.platform.leadDays} full days lie between the day of the last notice and the effective day, in {desk.platform.zone}.
        </p>
      ) : (
        <p className="mt-1">
          <TextLink to={`/policy-versions/${desk.version.id}`}>Call the version off</TextLink> and publish it anew.
        </p>
      )}
      {mayPublish && desk.offered ? (
        <Form method="post" action="#held" id="held" noValidate className="mt-3 grid max-w-xl gap-3 text-ink">
          <AnswerSummary form="move" answer={moved} title="The day stays as it was" />
          <InputField id="move-effectiveOn" name="effectiveOn" type="date" label="New effective day" min={desk.offered} defaultValue={moved.values.effectiveOn ?? desk.offered} required errors={moved.errors.effectiveOn} />
          <TextareaField id="move-note" name="note" label="Why it moves" hint="Posted with the change." rows={2} required defaultValue={moved.values.note} errors={moved.errors.note} />
          <Button type="submit" name="intent" value="move" variant="primary" className="justify-self-start">
            Accept this day
          </Button>
        </Form>
      ) : null}
    </Callout>
  );
}

/** Pausing, going on, stopping, and the mail to oneself. Each has a form of its own, so that Enter never stops a campaign that was to be paused. */
export function SteerPanel({ desk: { state, pace, pauseReason, stopReason, languages }, answer }: Omit<Props, "now">) {
  if (state === "stopped") {
    return (
      <Callout tone="warn" title="This campaign was stopped">
        {stopReason}
      </Callout>
    );
  }
  const [paused, resumed, stopped, paced] = [answerOf(answer, "pause"), answerOf(answer, "resume"), answerOf(answer, "stop"), answerOf(answer, "pace")];
  return (
    <Panel title="Sending" id="sending">
      <div className="grid gap-5">
        {state === "paused" ? (
          <Form method="post" action="#sending" className="grid gap-3">
            <AnswerSummary form="resume" answer={resumed} title="It does not go on" />
            <p className="text-sm wrap-anywhere">Paused: {pauseReason}</p>
            <Button type="submit" name="intent" value="resume" variant="primary" className="justify-self-start">
              Go on
            </Button>
          </Form>
        ) : null}
        {state === "sending" ? (
          <Form method="post" action="#sending" noValidate className="grid max-w-xl gap-3">
            <AnswerSummary form="pause" answer={paused} title="It is not paused" />
            <InputField id="pause-reason" name="reason" label="Why it pauses" required autoComplete="off" defaultValue={paused.values.reason} errors={paused.errors.reason} />
            <Button type="submit" name="intent" value="pause" className="justify-self-start">
              Pause
            </Button>
          </Form>
        ) : null}
        <details open={isRefused(paced)}>
          <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">Send faster or slower</summary>
          <Form method="post" action="#sending" noValidate className="mt-3 grid max-w-xl gap-3">
            <AnswerSummary form="pace" answer={paced} title="The pace stays as it was" />
            <PaceFields form="pace" pace={pace} answer={paced} />
            <Button type="submit" name="intent" value="pace" className="justify-self-start">
              Set the pace
            </Button>
          </Form>
        </details>
        <TestSendForm languages={languages} answer={answerOf(answer, "test")} />
        <details open={isRefused(stopped)}>
          <summary className="w-fit cursor-pointer text-sm text-accent underline underline-offset-2">Stop for good</summary>
          <Form method="post" action="#sending" noValidate className="mt-3 grid max-w-xl gap-3">
            <AnswerSummary form="stop" answer={stopped} title="It is not stopped" />
            <InputField id="stop-reason" name="reason" label="Why it stops" hint="A version whose campaign was stopped does not take effect; call it off and publish it anew." required autoComplete="off" defaultValue={stopped.values.reason} errors={stopped.errors.reason} />
            <Button type="submit" name="intent" value="stop" variant="danger" className="justify-self-start">
              Stop the campaign
            </Button>
          </Form>
        </details>
      </div>
    </Panel>
  );
}

export function UnreachablePanel({ desk, now, answer, mayPublish }: Props & { mayPublish: boolean }) {
  if (desk.unreachable.length === 0) return null;
  const all = desk.figures.recipients.unreachable - desk.figures.settled;
  const again = answerOf(answer, "again");
  return (
    <Panel title={`Not reached: ${all.toLocaleString("en-US")}`} id="unreachable">
      <p className="mb-3 max-w-prose text-sm text-muted">No address took the notice. Tell them another way and record how, or add an address to the account. {desk.unreachable.some(({ joinedLater }) => !joinedLater) ? "The version cannot take effect before; only for those who joined later it does not wait." : "They joined after it started, so the version does not wait for them."}</p>
      {mayPublish && desk.triable > 0 && desk.state !== "stopped" ? (
        <Form method="post" action="#unreachable" className="mb-4 grid gap-2 border-b border-line pb-4">
          <AnswerSummary form="again" answer={again} title="Nothing is sent again" />
          <Button type="submit" name="intent" value="again" className="justify-self-start">
            Try {desk.triable.toLocaleString("en-US")} again
          </Button>
          <p className="max-w-prose text-sm text-muted">The same message goes once more to the first address of each account whose mail server refused it.</p>
        </Form>
      ) : null}
      <ul className="grid gap-4">
        {desk.unreachable.map((one) => (
          <li key={one.accountId} className="border-b border-line pb-4 text-sm last:border-0 last:pb-0">
            <TextLink to={`/accounts/${one.accountId}`} className="wrap-anywhere">
              {one.businessName} ({one.externalId})
            </TextLink>
            {one.since ? (
              <span className="text-muted">
                {" "}
                since <Time at={one.since} now={now} zone={desk.platform.zone} brief />
                {one.joinedLater ? ", joined later" : ""}
              </span>
            ) : null}
            {mayPublish ? <SettleForm accountId={one.accountId} zone={desk.platform.zone} answer={answerOf(answer, "settle", { accountId: one.accountId })} /> : null}
          </li>
        ))}
      </ul>
      {all > desk.unreachable.length ? <p className="mt-3 text-sm text-muted">The {desk.unreachable.length} longest unreached of {all.toLocaleString("en-US")}. The others move up as these are settled.</p> : null}
    </Panel>
  );
}

function SettleForm({ accountId, zone, answer }: { accountId: string; zone: string; answer: FormAnswer }) {
  const form = `settle-${accountId}`;
  return (
    <details className="mt-1" open={isRefused(answer)}>
      <summary className="w-fit cursor-pointer text-accent underline underline-offset-2">Record that they were told</summary>
      <Form method="post" action="#unreachable" noValidate className="mt-2 grid max-w-xl gap-3">
        <AnswerSummary form={form} answer={answer} title="It is not on record" />
        <input type="hidden" name="accountId" value={accountId} />
        <InputField id={`${form}-how`} name="how" label="How they were told" required autoComplete="off" defaultValue={answer.values.how} errors={answer.errors.how} />
        <InputField id={`${form}-toldAt`} name="toldAt" label={`When, by the clocks of ${zone}`} hint="The days of notice count from then." type="datetime-local" required defaultValue={answer.values.toldAt} errors={answer.errors.toldAt} />
        <Button type="submit" name="intent" value="settle" className="justify-self-start">
          Record it
        </Button>
      </Form>
    </details>
  );
}

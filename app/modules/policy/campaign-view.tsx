import { Form } from "@remix-run/react";
import { StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { Facts, Panel } from "~/components/panel";
import { PlainLink, TextLink } from "~/components/link";
import { Progress } from "~/components/progress";
import { Time } from "~/components/time";
import type { CampaignDesk } from "./campaign-desk.queries.server";
import { heldInWords } from "./effect";

const states: Record<CampaignDesk["state"], { tone: Tone; label: string }> = {
  draft: { tone: "neutral", label: "Draft" },
  sending: { tone: "info", label: "Sending" },
  paused: { tone: "warn", label: "Paused" },
  complete: { tone: "ok", label: "Complete" },
  stopped: { tone: "neutral", label: "Stopped" },
};

export const CampaignPill = ({ state, held }: { state: CampaignDesk["state"]; held: boolean }) => (
  <span className="inline-flex flex-wrap gap-1">
    <StatusPill tone={states[state].tone}>{states[state].label}</StatusPill>
    {held ? (
      <StatusPill tone="danger" shape="octagon">
        Held
      </StatusPill>
    ) : null}
  </span>
);

const count = (value: number): string => value.toLocaleString("en-US");

/** "2 h 5 min": how long sending goes on at its pace. */
function timeLeft(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

interface Props {
  desk: CampaignDesk;
  now: string;
}

export function CampaignProgress({ desk: { figures, platform, read, ...desk }, now }: Props) {
  const { notified, waiting, unreachable, dropped } = figures.recipients;
  const audience = notified + waiting + unreachable;
  return (
    <Panel title="Who was told" id="progress">
      <div className="grid gap-4">
        <Progress label="Account holders told" value={notified + figures.settled} max={Math.max(audience, 1)} />
        <Facts
          facts={[
            { name: "Takes effect", value: `${desk.effectiveDay}, at the start of the day in ${platform.zone}` },
            { name: "Started", value: desk.startedAt ? <Time at={desk.startedAt} now={now} zone={platform.zone} /> : "Not yet" },
            { name: "Rate", value: `${count(Math.round(figures.ratePerSecond * 10) / 10)} accepted a second in the last minute` },
            { name: "Time left", value: figures.secondsLeft === null ? "Nothing is being sent" : timeLeft(figures.secondsLeft) },
            { name: "Waiting", value: `${count(waiting)} of ${count(audience)}${figures.stagedAt ? "" : "; the list is still being written"}` },
            { name: "Not reached", value: `${count(unreachable)} of ${count(audience)}; ${count(figures.settled)} of them told another way by a person` },
            { name: "Joined later", value: count(figures.joined) },
            { name: "Closed before", value: count(dropped) },
            { name: "Read in the product", value: `${count(read)} of ${count(audience)}, which stands in for no mail` },
            { name: "Complaints", value: count(figures.messages.complained) },
          ]}
        />
        {desk.requiredByLaw ? <Callout tone="warn" title="Less time than promised, for a legal reason two people answer for">{desk.requiredByLaw}</Callout> : null}
      </div>
    </Panel>
  );
}

export function CampaignSpread({ desk: { figures } }: Pick<Props, "desk">) {
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Panel title="By language" flush>
        <DataTable caption="Messages by language" rows={figures.languages} rowKey={(row) => row.language} empty={<p className="p-4 text-sm text-muted">No message yet.</p>} columns={[
          { key: "language", header: "Language", cell: (row) => row.language },
          { key: "accepted", header: "Accepted", align: "right", cell: (row) => `${count(row.notified)} of ${count(row.total)}` },
        ]} />
      </Panel>
      <Panel title="By mail domain" flush>
        <DataTable caption="Messages by mail domain, the largest" rows={figures.domains} rowKey={(row) => row.domain} empty={<p className="p-4 text-sm text-muted">No message yet.</p>} columns={[
          { key: "domain", header: "Domain", className: "wrap-anywhere", cell: (row) => row.domain },
          { key: "accepted", header: "Accepted", align: "right", cell: (row) => `${count(row.accepted)} of ${count(row.messages)}` },
        ]} />
      </Panel>
    </div>
  );
}

export function HeldPanel({ desk, now, mayPublish }: Props & { mayPublish: boolean }) {
  if (!desk.held) return null;
  return (
    <Callout tone="danger" title={`Held: version ${desk.version.number} does not take effect on ${desk.effectiveDay}`}>
      <p>
        {heldInWords[desk.held.reason]} Held <Time at={desk.held.since} now={now} zone={desk.platform.zone} />. The version before it stays in force.
      </p>
      {desk.earliest ? (
        <p className="mt-1">
          Earliest lawful day, by what is known now: <strong>{desk.earliest}</strong>. {desk.platform.leadDays} full days lie between the day of the last notice and the effective day, in {desk.platform.zone}.
        </p>
      ) : null}
      {mayPublish && desk.earliest ? (
        <Form method="post" className="mt-3 grid max-w-xl gap-3">
          <input type="hidden" name="versionId" value={desk.version.id} />
          <InputField id="move-day" name="effectiveOn" type="date" label="New effective day" min={desk.earliest} defaultValue={desk.earliest} required />
          <TextareaField id="move-note" name="note" label="Why it moves" hint="Posted with the change." rows={2} required />
          <div>
            <Button type="submit" name="intent" value="move" variant="primary">
              Accept this day
            </Button>
          </div>
        </Form>
      ) : null}
    </Callout>
  );
}

export function SteerPanel({ desk: { state, pauseReason, stopReason } }: Pick<Props, "desk">) {
  if (state === "stopped") return <Callout tone="warn" title="This campaign was stopped">{stopReason}</Callout>;
  return (
    <Panel title="Sending" id="sending">
      {state === "paused" ? <p className="mb-3 text-sm">Paused: {pauseReason}</p> : null}
      <div className="grid gap-4">
        {state === "paused" ? (
          <Form method="post">
            <Button type="submit" name="intent" value="resume" variant="primary">
              Go on
            </Button>
          </Form>
        ) : null}
        <Form method="post" className="grid max-w-xl gap-3">
          <InputField id="steer-reason" name="reason" label="Reason" required autoComplete="off" />
          <div className="flex flex-wrap gap-2">
            {state === "sending" ? (
              <Button type="submit" name="intent" value="pause">
                Pause
              </Button>
            ) : null}
            <Button type="submit" name="intent" value="stop" variant="danger">
              Stop for good
            </Button>
          </div>
          <p className="text-sm text-muted">A version whose campaign was stopped does not take effect; call it off and publish it anew.</p>
        </Form>
      </div>
    </Panel>
  );
}

export function UnreachablePanel({ desk, now, mayPublish }: Props & { mayPublish: boolean }) {
  if (desk.unreachable.length === 0) return null;
  const all = desk.figures.recipients.unreachable - desk.figures.settled;
  return (
    <Panel title={`Not reached: ${count(all)}`} id="unreachable">
      <p className="mb-3 max-w-prose text-sm text-muted">No address took the notice. Tell them another way and record how, or add an address to the account. Until then the version cannot take effect.</p>
      <ul className="grid gap-4">
        {desk.unreachable.map(({ accountId, externalId, businessName, since }) => (
          <li key={accountId} className="border-b border-line pb-4 text-sm last:border-0 last:pb-0">
            <TextLink to={`/accounts/${accountId}`} className="wrap-anywhere">
              {businessName} ({externalId})
            </TextLink>
            {since ? <span className="text-muted"> since <Time at={since} now={now} zone={desk.platform.zone} brief /></span> : null}
            {mayPublish ? (
              <details className="mt-1">
                <summary className="w-fit text-accent underline underline-offset-2">Record that they were told</summary>
                <Form method="post" className="mt-2 grid max-w-xl gap-3">
                  <input type="hidden" name="accountId" value={accountId} />
                  <InputField id={`how-${accountId}`} name="how" label="How they were told" required autoComplete="off" />
                  <InputField id={`told-${accountId}`} name="toldAt" label="When, in UTC" type="datetime-local" required />
                  <div>
                    <Button type="submit" name="intent" value="settle">
                      Record it
                    </Button>
                  </div>
                </Form>
              </details>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const shorterStates: Record<string, string> = { asked: "Waits for a second person", agreed: "Agreed", refused: "Refused", withdrawn: "Taken back" };

export function ShorterPanel({ desk, now, me, mayAsk, mayAnswer }: Props & { me: string; mayAsk: boolean; mayAnswer: boolean }) {
  const open = desk.shorter.some(({ state }) => state === "asked");
  const canAsk = mayAsk && !open && desk.version.state === "scheduled" && desk.state !== "stopped";
  if (desk.shorter.length === 0 && !canAsk) return null;
  return (
    <Panel title="Required by law" id="law">
      <ul className="grid gap-3 text-sm">
        {desk.shorter.map((one) => (
          <li key={one.id}>
            <p>
              <strong>{shorterStates[one.state] ?? one.state}</strong>: {one.effectiveDay}. Asked for by {one.askedBy} <Time at={one.askedAt} now={now} zone={desk.platform.zone} brief />
              {one.answeredBy ? `, answered by ${one.answeredBy}` : ""}.
            </p>
            <p className="wrap-anywhere">{one.reason}</p>
            {one.state === "asked" && mayAnswer ? (
              <Form method="post" className="mt-2 flex flex-wrap gap-2">
                <input type="hidden" name="versionId" value={desk.version.id} />
                <input type="hidden" name="requestId" value={one.id} />
                <input type="hidden" name="intent" value="answer" />
                {one.askedById === me ? (
                  <Button type="submit" name="answer" value="withdrawn">
                    Take it back
                  </Button>
                ) : (
                  <>
                    <Button type="submit" name="answer" value="agreed" variant="danger">
                      Agree: less time is given
                    </Button>
                    <Button type="submit" name="answer" value="refused">
                      Refuse
                    </Button>
                  </>
                )}
              </Form>
            ) : null}
          </li>
        ))}
      </ul>
      {canAsk ? (
        <details className="mt-3">
          <summary className="w-fit text-sm text-accent underline underline-offset-2">A law asks for less time</summary>
          <Form method="post" className="mt-3 grid max-w-xl gap-3">
            <input type="hidden" name="versionId" value={desk.version.id} />
            <InputField id="law-day" name="effectiveOn" type="date" label="Effective day" min={desk.effectiveDay} defaultValue={desk.effectiveDay} hint="Not before the day account holders were told." required />
            <TextareaField id="law-reason" name="reason" label="The law, and what it asks for" rows={3} required />
            <div>
              <Button type="submit" name="intent" value="ask">
                Ask a second person
              </Button>
            </div>
          </Form>
        </details>
      ) : null}
    </Panel>
  );
}

export function ProofPanel({ id }: { id: string }) {
  return (
    <Panel title="Proof" id="proof">
      <p className="mb-3 max-w-prose text-sm text-muted">Who was told, by which message, when, and what the mail server answered. The signed proof holds no address; check it with npm run notice:verify. Every export is on record.</p>
      <ul className="flex flex-wrap gap-4 text-sm">
        <li><PlainLink href={`/campaigns/${id}/proof?file=zip`}>Both, as a ZIP file</PlainLink></li>
        <li><PlainLink href={`/campaigns/${id}/proof?file=csv`}>Addresses (CSV)</PlainLink></li>
        <li><PlainLink href={`/campaigns/${id}/proof?file=proof`}>Signed proof</PlainLink></li>
      </ul>
    </Panel>
  );
}

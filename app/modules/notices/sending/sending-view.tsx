import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { DataTable } from "~/components/data-table";
import { EmptyState } from "~/components/empty-state";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { InputField, SelectField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { Lane } from "./lane";
import type { OpenPause, sendingDesk } from "./sending.queries.server";

type Desk = Awaited<ReturnType<typeof sendingDesk>>;

/** What a form of this page sent, and what is wrong with it. */
export interface SendingAnswer {
  intent: string;
  values: Record<string, string>;
  errors: Record<string, string[]>;
  refusal: string | null;
}

const count = (value: number): string => value.toLocaleString("en-US");
const scopeOf = ({ platformName }: { platformName: string | null }): string => platformName ?? "All platforms";
const laneNames: Record<Lane, string> = { first: "To account holders and colleagues", after: "Everything else" };

const AnswerSummary = ({ id, answer, title }: { id: string; answer: SendingAnswer | null; title: string }) =>
  answer && <ErrorSummary title={title} entries={[...(answer.refusal ? [{ id: null, errors: [answer.refusal] }] : []), ...Object.entries(answer.errors).map(([name, errors]) => ({ id: `${id}-${name}`, errors }))]} />;

/** Said wherever people are told something, while it does not reach them. */
export const PausedNotices = ({ scopes }: { scopes: readonly string[] }) =>
  scopes.length === 0 ? null : (
    <Callout tone="warn" title={`Sending of notices is paused: ${scopes.join(", ")}`}>
      <p>
        What people are told is kept and goes out when somebody ends the pause. Until then account holders are not informed, and no time to appeal begins. <TextLink to="/notices/sending">Why, and what waits</TextLink>
      </p>
    </Callout>
  );

interface Props {
  desk: Desk;
  now: string;
  mayPause: boolean;
  answer: SendingAnswer | undefined;
}

export function SendingNow({ desk: { waiting, pace, pauses }, now }: Pick<Props, "desk" | "now">) {
  return (
    <Panel title="Waiting to be handed over" id="waiting">
      <Facts
        facts={[
          { name: laneNames.first, value: count(waiting.first) },
          { name: laneNames.after, value: count(waiting.after) },
          { name: "Oldest", value: waiting.oldestAt ? <Time at={waiting.oldestAt} now={now} zone="UTC" /> : pauses.length > 0 ? "Nothing waits yet" : "Nothing waits" },
          { name: "Pace", value: `${count(pace.perSecond)} a second to one mail domain${pace.warmUpMinutes > 0 ? `, reached after ${count(pace.warmUpMinutes)} minutes of sending` : ""}` },
        ]}
      />
      <p className="mt-3 max-w-prose text-sm text-muted">Statements of reasons and all else that holders and colleagues are told go before receipts and outcomes, and both before campaigns, which have a pace of their own.</p>
    </Panel>
  );
}

export function PauseList({ desk: { pauses }, now, mayPause, answer }: Props) {
  return pauses.map((pause) => <OpenPausePanel key={pause.id} pause={pause} now={now} mayPause={mayPause} answer={answer?.intent === "resume" && answer.values.pauseId === pause.id ? answer : null} />);
}

function OpenPausePanel({ pause, now, mayPause, answer }: { pause: OpenPause; now: string; mayPause: boolean; answer: SendingAnswer | null }) {
  const form = `resume-${pause.id}`;
  return (
    <Panel title={`Paused: ${scopeOf(pause)}`} id={form}>
      <Callout tone="warn" className="mb-4">
        {pause.waiting === 0 && pause.campaigns === 0 ? "Nothing waits yet." : ""}
        {pause.waiting > 0 ? `${count(pause.waiting)} ${pause.waiting === 1 ? "message waits" : "messages wait"}. ` : ""}
        {pause.measures > 0 ? `${count(pause.measures)} of them ${pause.measures === 1 ? "tells" : "tell"} an account holder of a measure or a ruling: it counts, they do not know, and no time to appeal has begun. ` : ""}
        {pause.campaigns > 0 ? `${count(pause.campaigns)} ${pause.campaigns === 1 ? "campaign waits" : "campaigns wait"}: a version whose account holders are not told in time is held.` : ""}
      </Callout>
      <Facts
        facts={[
          { name: "Since", value: <Time at={pause.pausedAt} now={now} zone="UTC" /> },
          { name: "By", value: pause.pausedBy },
          { name: "Why", value: <span className="wrap-anywhere">{pause.reason}</span> },
          ...(pause.oldestAt ? [{ name: "Oldest", value: <Time at={pause.oldestAt} now={now} zone="UTC" /> }] : []),
        ]}
      />
      {mayPause ? (
        <Form method="post" action={`#${form}`} noValidate className="mt-4 grid max-w-xl gap-3">
          <AnswerSummary id={form} answer={answer} title="It stays paused" />
          <input type="hidden" name="pauseId" value={pause.id} />
          <InputField id={`${form}-reason`} name="reason" label="Why it goes on" required autoComplete="off" maxLength={500} defaultValue={answer?.values.reason} errors={answer?.errors.reason} />
          <Button type="submit" name="intent" value="resume" variant="primary" className="justify-self-start">
            {pause.waiting > 0 ? `Go on, and send ${count(pause.waiting)}` : "Go on"}
          </Button>
        </Form>
      ) : null}
    </Panel>
  );
}

export function PauseForm({ desk: { platforms, pauses }, answer }: Pick<Props, "desk" | "answer">) {
  const sent = answer?.intent === "pause" ? answer : null;
  const isPaused = (name: string) => pauses.some(({ platformName }) => platformName === name);
  return (
    <Panel title="Pause sending" id="pause">
      <Form key={pauses.length} method="post" action="#pause" noValidate className="grid max-w-xl gap-3">
        <AnswerSummary id="pause" answer={sent} title="Nothing is paused" />
        <p className="text-sm text-muted">Measures still take effect, but their account holders are not told and no time to appeal begins until sending goes on. Campaigns wait as well, and a version whose account holders are not told in time is held. What the console writes to colleagues goes on.</p>
        <SelectField
          id="pause-platformKey"
          name="platformKey"
          label="Whose notices"
          placeholder="Those of all platforms"
          defaultValue={sent?.values.platformKey ?? ""}
          errors={sent?.errors.platformKey}
          options={platforms.map(({ key, name }) => ({ value: key, label: isPaused(name) ? `${name} (paused)` : name, disabled: isPaused(name) }))}
        />
        <InputField id="pause-reason" name="reason" label="Why" hint="Kept in the audit trail, with your name." required autoComplete="off" maxLength={500} defaultValue={sent?.values.reason} errors={sent?.errors.reason} />
        <Button type="submit" name="intent" value="pause" variant="danger" className="justify-self-start">
          Pause
        </Button>
      </Form>
    </Panel>
  );
}

export function PacedDomains({ desk: { domains }, now }: Pick<Props, "desk" | "now">) {
  return (
    <Panel title="Mail domains that take turns" id="domains" flush>
      <DataTable
        caption="Mail domains that had their share for now"
        rows={domains}
        rowKey={({ domain, lane }) => `${domain} ${lane}`}
        empty={<EmptyState title="No domain has to wait">A domain stands here while more is written to it than its pace lets go.</EmptyState>}
        columns={[
          { key: "domain", header: "Domain", cell: ({ domain }) => <span className="wrap-anywhere">{domain}</span> },
          { key: "lane", header: "Of what", from: "sm", cell: ({ lane }) => laneNames[lane as Lane] },
          { key: "granted", header: "Let go so far", align: "right", from: "md", cell: ({ granted }) => <span className="tabular-nums">{count(granted)}</span> },
          { key: "rate", header: "A second now", align: "right", cell: ({ perSecond }) => <span className="tabular-nums">{Math.round(perSecond * 100) / 100}</span> },
          { key: "until", header: "All sent", cell: ({ freeAt }) => <Time at={freeAt} now={now} zone="UTC" brief /> },
        ]}
      />
    </Panel>
  );
}

export function PastPauses({ desk: { past }, now }: Pick<Props, "desk" | "now">) {
  return (
    <Panel title="Earlier pauses" id="past" flush>
      <DataTable
        caption="Earlier pauses, newest first"
        rows={past}
        rowKey={({ id }) => id}
        empty={<EmptyState title="Sending was never paused" />}
        columns={[
          { key: "scope", header: "Whose notices", cell: (row) => scopeOf(row) },
          { key: "paused", header: "Paused", cell: (row) => <><Time at={row.pausedAt} now={now} zone="UTC" brief /> <span className="block wrap-anywhere text-muted">{row.pausedBy}: {row.pauseReason}</span></> },
          { key: "ended", header: "Went on", cell: (row) => <><Time at={row.endedAt} now={now} zone="UTC" brief /> <span className="block wrap-anywhere text-muted">{row.endedBy}: {row.endReason}</span></> },
        ]}
      />
    </Panel>
  );
}

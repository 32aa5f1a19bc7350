import { StatusPill, type Tone } from "~/components/badge";
import { DataTable } from "~/components/data-table";
import { Callout } from "~/components/flash";
import { Facts, Panel } from "~/components/panel";
import { PlainLink, TextLink } from "~/components/link";
import { Progress } from "~/components/progress";
import { Time } from "~/components/time";
import type { CampaignDesk } from "./campaign-desk.queries.server";

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

const languages = new Intl.DisplayNames(["en"], { type: "language" });

const count = (value: number): string => value.toLocaleString("en-US");

/** "2 h 5 min": how long sending goes on at its pace. */
function timeLeft(seconds: number): string {
  if (seconds < 60) return "less than a minute";
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const paceInWords = ({ ratePerSecond, domainPerSecond, warmUpMinutes }: CampaignDesk["pace"]): string =>
  `At most ${count(ratePerSecond)} a second, ${count(domainPerSecond)} of them to one mail domain${warmUpMinutes > 0 ? `, reached after ${count(warmUpMinutes)} minutes of sending` : ""}`;

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
        {audience > 0 ? <Progress label="Account holders told" value={notified + figures.settled} max={audience} /> : <p className="text-sm">{figures.stagedAt ? "No account holder has to be told." : desk.state === "stopped" ? "It was stopped before anybody was written to." : "The list of account holders is being written."}</p>}
        <Facts
          facts={[
            desk.calledOff
              ? { name: "Was to take effect", value: <>{desk.effectiveDay}; version {desk.version.number} was called off. <TextLink to={`/policy-versions/${desk.version.id}`}>What became of its text</TextLink></> }
              : { name: "Takes effect", value: <><TextLink to={`/policy-versions/${desk.version.id}`}>Version {desk.version.number}</TextLink>, {desk.effectiveDay}, at the start of the day in {platform.zone}</> },
            { name: "Started", value: desk.startedAt ? <Time at={desk.startedAt} now={now} zone={platform.zone} /> : "Not yet" },
            { name: "Rate", value: `${count(Math.round(figures.ratePerSecond * 10) / 10)} accepted a second in the last minute` },
            { name: "Pace", value: paceInWords(desk.pace) },
            { name: "Time left", value: figures.secondsLeft === null ? (desk.state === "sending" && !figures.stagedAt ? "Known once the list is written" : "Nothing is being sent") : timeLeft(figures.secondsLeft) },
            { name: "Waiting", value: `${count(waiting)} of ${count(audience)}${figures.stagedAt || desk.state === "stopped" ? "" : "; the list is still being written"}` },
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
          { key: "language", header: "Language", cell: (row) => languages.of(row.language) ?? row.language },
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

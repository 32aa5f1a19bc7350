import { Badge } from "~/components/badge";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { absoluteTime, lastDay } from "~/components/time-format";
import { strikeInWords } from "../enforcement/decided-measure";
import { actionKindWords } from "./appeal-labels";
import { SentStatement } from "../notices/sent-statement";
import type { AppealPage } from "./appeal-page.queries.server";

const stateWords: Record<string, string> = { active: "In force", expired: "Ended", lifted: "Lifted", reversed: "Taken back", superseded: "Replaced" };

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** "In time until Wed 20 Jan 2027 (end of day, MST)." */
function windowInWords({ action, now, zone }: AppealPage): string {
  if (!action.closesAt) return "Not started: our message has not arrived yet. An appeal filed now is in time.";
  const day = lastDay(action.closesAt, zone);
  return Date.parse(action.closesAt) > Date.parse(now) ? `An appeal is in time until ${day}.` : `It ended on ${day}. A later appeal is late.`;
}

/** What was decided, why, by whom, and what was sent: the left side of an appeal. */
export function OriginalDecision({ page }: { page: AppealPage }) {
  const { action, decision } = page;
  const time = { now: page.now, zone: page.zone };
  const at = (instant: string | null, otherwise: string) => (instant ? <Time at={instant} {...time} /> : otherwise);
  return (
    <Panel title="The original decision" aside={action.interim ? <Badge>Interim measure</Badge> : null}>
      <Facts
        className="**:whitespace-normal"
        facts={[
          { name: "Action", value: `${actionKindWords[action.kind]} ${action.reference}` },
          ...(decision?.measure ? [{ name: "Decided", value: decision.measure }] : []),
          ...(decision ? [{ name: "Decision", value: decision.reference }] : []),
          ...(action.features.length > 0 ? [{ name: "Covers", value: action.features.join(", ") }] : []),
          { name: "State", value: `${stateWords[action.state] ?? action.state}${action.successor ? ` by ${action.successor}` : ""}` },
          { name: "In force since", value: at(action.startsAt, "Not yet") },
          ...(action.kind === "warning" ? [] : [{ name: action.endedAt ? "Ended" : "Ends", value: at(action.endedAt ?? action.endsAt, "No end date") }]),
          { name: "Informed", value: at(action.informedAt, "Not yet: no mail server took our message") },
          { name: "Time to appeal", value: windowInWords(page) },
          { name: "Decided by", value: decision?.decider ?? action.takenBy ?? "A colleague who left" },
          ...(decision?.approver ? [{ name: "Approved by", value: decision.approver }] : []),
          { name: "Case", value: <TextLink to={`/cases/${action.caseReference}`}>{action.caseReference}</TextLink> },
        ]}
      />
      {decision ? (
        <div className="mt-4 grid gap-4 text-sm">
          <Part title="Findings">
            <ul className="grid gap-1">
              {decision.findings.map((finding) => (
                <li key={finding.code}>
                  <span className="font-medium">{finding.code}</span> {finding.title} <span className="text-muted">(version {finding.version}, {finding.severity})</span>
                  {finding.note ? <span className="block text-muted">{finding.note}</span> : null}
                </li>
              ))}
            </ul>
          </Part>
          <Part title="Facts told to the account holder">
            <p className="whitespace-pre-wrap wrap-anywhere">{decision.facts}</p>
          </Part>
          <Part title="Rationale, for the file">
            <p className="whitespace-pre-wrap wrap-anywhere">{decision.rationale}</p>
            {decision.deviation ? <p className="mt-1 text-muted">Off the ladder because: {decision.deviation}</p> : null}
          </Part>
          <Part title="Rests on">
            <p>
              {counted(decision.evidence.reports, "report")}, {counted(decision.evidence.signals, "signal")}, {counted(decision.evidence.files, "file")}.{" "}
              <TextLink to={`/cases/${action.caseReference}`}>Read them in the case</TextLink>
            </p>
          </Part>
          <Part title="Strikes">
            {decision.strikes.length === 0 ? <p>None.</p> : null}
            <ul>
              {decision.strikes.map((strike, index) => (
                <li key={index}>
                  A {strikeInWords(strike.weight)}, {strike.voidedAt ? "void since" : Date.parse(strike.expiresAt) > Date.parse(page.now) ? "counts until" : "counted until"} {absoluteTime(strike.voidedAt ?? strike.expiresAt, page.zone)}
                </li>
              ))}
            </ul>
          </Part>
        </div>
      ) : (
        <Part title="Reason">
          <p className="text-sm whitespace-pre-wrap">{action.reason}</p>
        </Part>
      )}
      {action.statement ? <SentStatement statement={action.statement} className="mt-4" /> : null}
    </Panel>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      {children}
    </div>
  );
}

import { StatusPill, type Tone } from "~/components/badge";
import { TextLink } from "~/components/link";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { modeNames } from "./rule-in-words";
import type { RuleMode } from "./rules/rule-catalogue";
import type { RulePage } from "./rules.queries.server";

const states: Record<RulePage["history"][number]["state"], { tone: Tone; label: string }> = {
  in_force: { tone: "ok", label: "In force" },
  scheduled: { tone: "warn", label: "Scheduled" },
  past: { tone: "neutral", label: "Replaced" },
  damaged: { tone: "danger", label: "Damaged: it cannot be read and does not count" },
  called_off: { tone: "neutral", label: "Called off before it began" },
};

const modeShapes: Record<RuleMode, { tone: Tone; shape: "ring" | "bar" | "dot" | "diamond" }> = {
  off: { tone: "neutral", shape: "bar" },
  shadow: { tone: "neutral", shape: "ring" },
  signal: { tone: "info", shape: "dot" },
  signal_and_interim: { tone: "warn", shape: "diamond" },
};

export const ModePill = ({ mode }: { mode: RuleMode }) => <StatusPill {...modeShapes[mode]}>{modeNames[mode]}</StatusPill>;

/** Every version of a rule, newest first: what it changed, who set it, and why. */
export function RuleHistory({ page, now }: { page: RulePage; now: string }) {
  return (
    <Panel title="History" id="history">
      <ol className="grid gap-4">
        {page.history.map((version) => (
          <li key={version.version} className="grid gap-1 border-b border-line pb-4 text-sm last:border-0 last:pb-0">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-semibold">Version {version.version}</span>
              <StatusPill tone={states[version.state].tone}>{states[version.state].label}</StatusPill>
              <ModePill mode={version.mode} />
            </p>
            <p className="text-muted">
              {version.since ? (
                <>
                  From <Time at={version.since} now={now} zone={page.platform.zone} />.{" "}
                </>
              ) : null}
              {version.setBy ? `Set by ${version.setBy}.` : "It came with the catalogue."}
            </p>
            {version.reason ? <p className="wrap-anywhere">{version.reason}</p> : null}
            {version.automatedClause ? <p>{`${version.setBy} confirmed that it may propose interim measures for ${version.automatedClause}.`}</p> : null}
            {"proposesNothing" in version && version.proposesNothing ? <p>It names no features to restrict, so it proposes nothing.</p> : null}
            {version.backtestId ? (
              <p>
                <TextLink to={`/settings/rules/${page.platform.key}/${page.rule}/backtests/${version.backtestId}`}>The back-test it was tried by</TextLink>
              </p>
            ) : null}
            {version.changes.length > 0 ? (
              <ul className="list-disc pl-5">
                {version.changes.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            ) : null}
          </li>
        ))}
      </ol>
    </Panel>
  );
}

import { StatusPill, type Tone } from "~/components/badge";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { LadderChanges } from "./ladder-preview-panel";
import type { LadderPage } from "./ladders.queries.server";

const states: Record<LadderPage["history"][number]["state"], { tone: Tone; label: string }> = {
  in_force: { tone: "ok", label: "In force" },
  scheduled: { tone: "warn", label: "Scheduled" },
  past: { tone: "neutral", label: "Replaced" },
  cancelled: { tone: "neutral", label: "Called off" },
};

/** Every version of a ladder, newest first: what it changed, who saved it, and why. */
export function LadderHistory({ history, zone, now }: { history: LadderPage["history"]; zone: string; now: string }) {
  return (
    <Panel title="History" id="history">
      <ol className="grid gap-4">
        {history.map((version) => (
          <li key={version.version} className="grid gap-1 border-b border-line pb-4 text-sm last:border-0 last:pb-0">
            <p className="flex flex-wrap items-center gap-2">
              <span className="font-semibold">Version {version.version}</span>
              <StatusPill tone={states[version.state].tone}>{states[version.state].label}</StatusPill>
            </p>
            <p className="text-muted">
              From <Time at={version.effectiveFrom} now={now} zone={zone} />. {version.savedBy ? `Saved by ${version.savedBy}` : "It came with the platform"}.
            </p>
            {version.reason ? <p className="wrap-anywhere">{version.reason}</p> : null}
            {version.orderReason ? <p className="wrap-anywhere">Why a rung does not climb: {version.orderReason}</p> : null}
            {version.cancelled ? (
              <p className="wrap-anywhere">
                Called off by {version.cancelled.by} <Time at={version.cancelled.at} now={now} zone={zone} />: {version.cancelled.reason}
              </p>
            ) : null}
            {version.changes.length > 0 ? (
              <details>
                <summary className="w-fit cursor-pointer underline underline-offset-2">What it changes</summary>
                <div className="mt-1">
                  <LadderChanges changes={version.changes} none="Nothing." />
                </div>
              </details>
            ) : null}
          </li>
        ))}
      </ol>
      {history.length === 0 ? <p className="text-sm text-muted">Nothing was saved yet.</p> : null}
    </Panel>
  );
}

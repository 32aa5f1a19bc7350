import { StatusPill, type BadgeShape, type Tone } from "~/components/badge";
import { Stepper } from "~/components/stepper";
import type { PolicyVersionState } from "./policy-version-state";

export const stateNames: Record<PolicyVersionState, string> = { draft: "Draft", in_review: "In review", scheduled: "Scheduled", in_force: "In force", superseded: "Replaced" };
const looks: Record<PolicyVersionState, { tone: Tone; shape: BadgeShape }> = {
  draft: { tone: "neutral", shape: "ring" },
  in_review: { tone: "warn", shape: "diamond" },
  scheduled: { tone: "info", shape: "triangle" },
  in_force: { tone: "ok", shape: "dot" },
  superseded: { tone: "neutral", shape: "bar" },
};

export const VersionStatePill = ({ state }: { state: PolicyVersionState }) => <StatusPill {...looks[state]}>{stateNames[state]}</StatusPill>;

const order = ["draft", "in_review", "scheduled", "in_force"] as const;

/** The way of a version from the first word to being in force, with the place reached. */
export function VersionSteps({ state, details }: { state: PolicyVersionState; details: Partial<Record<PolicyVersionState, string>> }) {
  const reached = state === "superseded" ? order.length : order.indexOf(state);
  return (
    <Stepper
      label="The way to being in force"
      steps={order.map((step, index) => ({
        key: step,
        label: stateNames[step],
        detail: details[step],
        state: index < reached ? "done" : index === reached ? "current" : index === reached + 1 ? "next" : "ahead",
      }))}
    />
  );
}

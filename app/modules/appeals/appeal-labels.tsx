import { Badge, type BadgeShape, StatusPill, type Tone } from "~/components/badge";
import type { AppealState } from "./appeal";

const looks: Record<AppealState, { word: string; tone: Tone; shape: BadgeShape }> = {
  filed: { word: "Filed", tone: "info", shape: "ring" },
  under_review: { word: "Under review", tone: "accent", shape: "dot" },
  upheld: { word: "Upheld", tone: "neutral", shape: "square" },
  modified: { word: "Modified", tone: "warn", shape: "diamond" },
  overturned: { word: "Overturned", tone: "ok", shape: "diamond" },
  inadmissible: { word: "Inadmissible", tone: "neutral", shape: "bar" },
  withdrawn: { word: "Withdrawn", tone: "neutral", shape: "bar" },
};

export function AppealStatePill({ state }: { state: AppealState }) {
  const { word, tone, shape } = looks[state];
  return (
    <StatusPill tone={tone} shape={shape}>
      {word}
    </StatusPill>
  );
}

export function LateBadge() {
  return (
    <Badge tone="warn" shape="triangle">
      Late
    </Badge>
  );
}

/** Not said to be theirs by the account holder yet: it came by the public form. */
export function UnconfirmedBadge() {
  return (
    <Badge tone="info" shape="ring">
      Not confirmed
    </Badge>
  );
}

export function PausedBadge() {
  return (
    <Badge tone="info" shape="bar">
      Clock paused
    </Badge>
  );
}

const steps = {
  warned: { tone: "neutral", shape: "ring", word: "5 days left: told" },
  urged: { tone: "warn", shape: "triangle", word: "2 days left: told" },
  breached: { tone: "danger", shape: "diamond", word: "Time limit missed" },
} as const;

/** Which step of the clock colleagues were told of. */
export function StepBadge({ step }: { step: keyof typeof steps }) {
  const { tone, shape, word } = steps[step];
  return (
    <Badge tone={tone} shape={shape}>
      {word}
    </Badge>
  );
}

export const actionKindWords: Record<string, string> = {
  warning: "Warning",
  feature_restriction: "Feature restriction",
  suspension: "Suspension",
  termination: "Termination",
  law_enforcement_referral: "Law-enforcement referral",
};

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

export const actionKindWords: Record<string, string> = {
  warning: "Warning",
  feature_restriction: "Feature restriction",
  suspension: "Suspension",
  termination: "Termination",
  law_enforcement_referral: "Law-enforcement referral",
};

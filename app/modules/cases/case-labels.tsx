import { Flag } from "lucide-react";
import { Badge, type BadgeShape, StatusPill, type Tone } from "~/components/badge";
import type { Severity } from "../policy/severity";
import type { CaseState } from "./case-state";

const severityLooks: Record<Severity, { word: string; shape: BadgeShape; tone: Tone }> = {
  low: { word: "Low", shape: "ring", tone: "neutral" },
  medium: { word: "Medium", shape: "square", tone: "info" },
  high: { word: "High", shape: "triangle", tone: "warn" },
  critical: { word: "Critical", shape: "octagon", tone: "danger" },
};

/** How grave, as a shape and a word. */
export function SeverityBadge({ severity }: { severity: Severity }) {
  const { word, shape, tone } = severityLooks[severity];
  return (
    <Badge tone={tone} shape={shape}>
      {word}
    </Badge>
  );
}

export const severityWord = (severity: Severity): string => severityLooks[severity].word;

const stateLooks: Record<CaseState, { word: string; shape: BadgeShape; tone: Tone }> = {
  open: { word: "Open", shape: "ring", tone: "info" },
  investigating: { word: "Investigating", shape: "dot", tone: "accent" },
  waiting_for_information: { word: "Waiting for information", shape: "bar", tone: "warn" },
  decided: { word: "Decided", shape: "diamond", tone: "ok" },
  closed: { word: "Closed", shape: "square", tone: "neutral" },
};

export const stateWord = (state: CaseState): string => stateLooks[state].word;

export function CaseStatePill({ state }: { state: CaseState }) {
  const { word, shape, tone } = stateLooks[state];
  return (
    <StatusPill tone={tone} shape={shape}>
      {word}
    </StatusPill>
  );
}

export function EscalatedBadge({ to }: { to?: string | null }) {
  return (
    <Badge tone="danger">
      <Flag aria-hidden="true" className="size-3" />
      Escalated{to ? ` to ${to}` : ""}
    </Badge>
  );
}

export const accountTones: Record<string, { tone: Tone; shape: BadgeShape }> = {
  active: { tone: "ok", shape: "dot" },
  restricted: { tone: "warn", shape: "triangle" },
  suspended: { tone: "danger", shape: "octagon" },
  terminated: { tone: "danger", shape: "square" },
  closed: { tone: "neutral", shape: "square" },
};

export function AccountStatusPill({ status }: { status: string }) {
  const look = accountTones[status] ?? { tone: "neutral" as const, shape: "dot" as const };
  return (
    <StatusPill tone={look.tone} shape={look.shape}>
      {status.charAt(0).toUpperCase() + status.slice(1)}
    </StatusPill>
  );
}

/** "3 reports", "1 signal". */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;

import type { DateTime } from "luxon";

/** How a report of a person turned out. What could not be shown, or was known already, speaks neither for nor against them. */
export type Judgement = "founded" | "unfounded" | "open";

export function judgementOf(report: { state: string; outcome: string | null; dismissalReason: string | null }): Judgement {
  if (report.state === "resolved") return report.outcome === "action_taken" ? "founded" : report.outcome === "no_violation" ? "unfounded" : "open";
  return report.state === "dismissed" && report.dismissalReason === "not_a_report" ? "unfounded" : "open";
}

export interface JudgedReport {
  receivedAt: DateTime;
  judgement: Judgement;
}

export interface PastMeasure {
  id: string;
  kind: "warning" | "mute";
  state: "active" | "expired" | "lifted";
  startsAt: DateTime;
  endsAt: DateTime | null;
  informedAt: DateTime | null;
}

/** Reports older than this no longer count against anybody. */
export const countedDays = 180;
/** A warning is remembered for a year. */
export const warningDays = 365;
/** What it takes: so many unfounded reports, making up such a share of all that were judged. */
export const thresholds = { warning: { unfounded: 5, share: 0.8 }, mute: { unfounded: 3, share: 0.8 } } as const;
export const muteDays = { usual: 30, most: 180 } as const;

export interface Figures {
  unfounded: number;
  judged: number;
}

export interface ReporterRecord {
  /** Over the counted days. */
  recent: Figures;
  /** Over what came in after the warning that stands reached them; null without one. */
  sinceWarning: (Figures & { warningId: string }) | null;
  muted: PastMeasure | null;
  /** The measure the record allows now. Nobody is muted who was not warned first. */
  allows: "warning" | "mute" | null;
}

const figuresOf = (reports: readonly JudgedReport[]): Figures => ({
  unfounded: reports.filter(({ judgement }) => judgement === "unfounded").length,
  judged: reports.filter(({ judgement }) => judgement !== "open").length,
});

const reaches = ({ unfounded, judged }: Figures, least: { unfounded: number; share: number }): boolean => unfounded >= least.unfounded && unfounded >= least.share * judged;

/**
 * What may be done about a person who keeps sending unfounded reports (Regulation (EU) 2022/2065, article 23(2): after
 * a prior warning, for a reasonable time; 23(3): weighing numbers, proportion, gravity and intent, which is why a
 * person decides and the record only allows).
 */
export function reporterRecord(reports: readonly JudgedReport[], measures: readonly PastMeasure[], now: DateTime): ReporterRecord {
  const counted = reports.filter(({ receivedAt }) => receivedAt >= now.minus({ days: countedDays }));
  const standing = measures.filter(({ state }) => state === "active");
  const muted = standing.find(({ kind, endsAt }) => kind === "mute" && endsAt !== null && endsAt > now) ?? null;
  const warned = standing
    .filter(({ kind, informedAt, startsAt }) => kind === "warning" && informedAt !== null && startsAt >= now.minus({ days: warningDays }))
    .toSorted((a, b) => +b.startsAt - +a.startsAt)[0];
  const pending = standing.some(({ kind, informedAt }) => kind === "warning" && informedAt === null);
  const recent = figuresOf(counted);
  const informedAt = warned?.informedAt;
  const sinceWarning = warned && informedAt ? { ...figuresOf(counted.filter(({ receivedAt }) => receivedAt > informedAt)), warningId: warned.id } : null;
  return { recent, sinceWarning, muted, allows: muted || pending ? null : allowed(recent, sinceWarning) };
}

const allowed = (recent: Figures, sinceWarning: Figures | null): ReporterRecord["allows"] =>
  sinceWarning ? (reaches(sinceWarning, thresholds.mute) ? "mute" : null) : reaches(recent, thresholds.warning) ? "warning" : null;

/** Whether a report of this severity is set aside while its reporter is muted: what may cost somebody dearly is always looked at. */
export const isSetAside = (severity: "low" | "medium" | "high" | "critical" | null): boolean => severity !== "critical";

import { DateTime } from "luxon";
import { civilDayOf } from "~/infra/civil-day";
import { foldName } from "~/infra/normalise";
import type { CaseState } from "../cases/case-state";

/** For how long the same words about the same business by the same person are the same report. */
export const sameReportDays = 30;

/** What makes two reports of one reporter the same thing: platform, business, clause and words, however they are typed. */
export function sameReportText(report: {
  platformId: string;
  accused: string | null;
  clause: string | null;
  description: string;
  messageText: string | null;
}): string {
  const { platformId, accused, clause, description, messageText } = report;
  return JSON.stringify([platformId, foldName(accused ?? ""), clause ?? "", foldName(description), foldName(messageText ?? "")]);
}

/**
 * When it happened, as the reporter told it: a civil day and perhaps a time in the platform's zone. A day without a
 * time is told as its noon, which is that day in every inhabited zone near the platform's; what is told today before
 * noon happened by now.
 */
export function happenedAt(day: string | undefined, time: string | undefined, zone: string, now: DateTime): DateTime | null {
  if (!day) return null;
  const told = DateTime.fromISO(`${day}T${time ?? "12:00"}`, { zone });
  if (!told.isValid) return null;
  return DateTime.min(told, now).toUTC();
}

/** How far a reporter's clock may run ahead of ours. */
const graceMinutes = 5;

/** Which of the two told fields lies in the future on the platform's calendar and clock; null: neither. */
export function fieldInFuture(day: string | undefined, time: string | undefined, zone: string, now: DateTime): "day" | "time" | null {
  if (!day) return null;
  if (day > civilDayOf(now, zone)) return "day";
  return time && DateTime.fromISO(`${day}T${time}`, { zone }) > now.plus({ minutes: graceMinutes }) ? "time" : null;
}

/** Why staff put a report aside without a case. Each is told to the reporter in plain words. */
export const dismissalReasons = ["out_of_scope", "insufficient_evidence", "already_handled", "not_a_report"] as const;
export type DismissalReason = (typeof dismissalReasons)[number];

/** Where a reporter sees the report stand. */
export const reporterStages = ["received", "in_review", "outcome"] as const;
export type ReporterStage = (typeof reporterStages)[number];

/** A report is in review once somebody works on its case; that it joined a case, a machine may have done. */
export function stageOf(state: "received" | "attached" | "dismissed" | "resolved", caseState: CaseState | null): ReporterStage {
  if (state === "dismissed" || state === "resolved") return "outcome";
  return caseState === null || caseState === "open" ? "received" : "in_review";
}

/** What a reporter is told of a dismissal: that somebody's report was none would only hurt. */
export const toldFor = (reason: DismissalReason): "out_of_scope" | "insufficient_evidence" | "already_handled" =>
  reason === "not_a_report" ? "out_of_scope" : reason;

import { DateTime } from "luxon";
import { businessDaysUntil, type BusinessCalendar, type DeadlineExplanation } from "~/infra/business-time";
import type { CivilDay } from "~/infra/civil-day";
import { explainAppealDue } from "./appeal";
import { extendedBy } from "./pause";

export type Language = "en" | "es";

/** "2 business days": what is left of the time to rule, in the deadline's own unit. Null once it is over. */
export function businessDaysLeft(now: DateTime, dueAt: DateTime, calendar: BusinessCalendar, language: Language = "en"): string | null {
  if (now >= dueAt) return null;
  const days = businessDaysUntil(now, dueAt, calendar);
  if (language === "es") return days === 0 ? "menos de un día hábil" : days === 1 ? "1 día hábil" : `${days} días hábiles`;
  return days === 0 ? "less than a business day" : days === 1 ? "1 business day" : `${days} business days`;
}

/**
 * How a due day came about, line by line (CF-AUP 7.3). When the calendar was changed after the filing, the deadline told
 * at the filing stands and the lines say so.
 */
export function tellHowComputed(
  appeal: { filedAt: DateTime; dueAt: DateTime; pausedDays?: number },
  terms: { slaDays: number; calendar: BusinessCalendar },
  language: Language = "en",
): string[] {
  const explained = explainAppealDue(appeal.filedAt, terms.slaDays, terms.calendar);
  const pausedDays = appeal.pausedDays ?? 0;
  if (+extendedBy(explained.dueAt, pausedDays, terms.calendar) !== +appeal.dueAt) return [changedSince[language]];
  return [...told(explained, terms.slaDays, language), ...(pausedDays > 0 ? [stoodStill[language](pausedDays)] : [])];
}

const stoodStill = {
  en: (days: number) => `The clock stood still while we waited for an answer: ${days === 1 ? "1 business day was" : `${days} business days were`} added.`,
  es: (days: number) => `El plazo se detuvo mientras esperábamos una respuesta: se ${days === 1 ? "agregó 1 día hábil" : `agregaron ${days} días hábiles`}.`,
};

function told(explained: DeadlineExplanation, slaDays: number, language: Language): string[] {
  return language === "es" ? inSpanish(explained, slaDays) : inEnglish(explained, slaDays);
}

const changedSince = {
  en: "The business calendar was changed after this appeal was filed. The day that was told then stands.",
  es: "El calendario de días hábiles cambió después de presentarse la apelación. Vale el día que se comunicó entonces.",
};

const spelled = (day: CivilDay, language: Language) =>
  new Intl.DateTimeFormat(language === "es" ? "es-US" : "en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
    .format(DateTime.fromISO(day, { zone: "utc" }).toJSDate())
    .replace(",", "");

const holidaysOf = ({ skipped }: DeadlineExplanation) => skipped.filter((day) => day.why === "holiday");
const weekendDays = ({ skipped }: DeadlineExplanation) => skipped.filter((day) => day.why === "weekend").length;

function inEnglish(explained: DeadlineExplanation, slaDays: number): string[] {
  const weekend = weekendDays(explained);
  return [
    `Filed on ${spelled(explained.startDay, "en")} (${explained.zone}). That day does not count.`,
    `${slaDays} business days follow. The last is ${spelled(explained.lastDay, "en")}, which counts to its end.`,
    ...holidaysOf(explained).map((day) => `Passed over: ${spelled(day.day, "en")}, ${day.name}.`),
    ...(weekend > 0 ? [`Passed over: ${weekend} weekend days.`] : []),
  ];
}

function inSpanish(explained: DeadlineExplanation, slaDays: number): string[] {
  const weekend = weekendDays(explained);
  return [
    `Presentada el ${spelled(explained.startDay, "es")} (${explained.zone}). Ese día no cuenta.`,
    `Siguen ${slaDays} días hábiles. El último es el ${spelled(explained.lastDay, "es")} y cuenta entero.`,
    ...holidaysOf(explained).map((day) => `No cuenta: ${spelled(day.day, "es")}, ${day.name}.`),
    ...(weekend > 0 ? [`No cuentan ${weekend} días de fin de semana.`] : []),
  ];
}

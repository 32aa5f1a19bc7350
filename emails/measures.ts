import { instant, listOf, type Locale } from "./locale";
import { oneLine } from "./text-safety";

export const measureKinds = [
  "warning",
  "feature_restriction",
  "suspension",
  "termination",
  "law_enforcement_referral",
] as const;

/** One measure as its mail describes it (CF-AUP 7.1, 7.2). `features` are names people know, already translated. */
export interface Measure {
  kind: (typeof measureKinds)[number];
  features: readonly string[];
  startsAt: Date;
  /** null: no end. */
  endsAt: Date | null;
}

const names: Record<Locale, Record<Measure["kind"], string>> = {
  en: {
    warning: "Warning",
    feature_restriction: "Restriction of features",
    suspension: "Temporary suspension of the account",
    termination: "Permanent closing of the account",
    law_enforcement_referral: "Referral to law enforcement",
  },
  es: {
    warning: "Advertencia",
    feature_restriction: "Restricción de funciones",
    suspension: "Suspensión temporal de la cuenta",
    termination: "Cierre definitivo de la cuenta",
    law_enforcement_referral: "Remisión a las autoridades",
  },
};

export const measureName = (kind: Measure["kind"], locale: Locale): string => names[locale][kind];

/** The label and value rows that say what a measure is, what it covers and how long it lasts. */
export function measureRows(measure: Measure, zone: string, locale: Locale): [string, string][] {
  const es = locale === "es";
  const rows: [string, string][] = [[es ? "Medida" : "Measure", measureName(measure.kind, locale)]];
  if (measure.features.length > 0) rows.push([es ? "Afecta a" : "What it covers", listOf(measure.features.map(oneLine), locale)]);
  rows.push([es ? "Empieza" : "Starts", instant(measure.startsAt, zone, locale)]);
  if (measure.kind !== "warning" && measure.kind !== "law_enforcement_referral")
    rows.push([es ? "Termina" : "Ends", measure.endsAt ? instant(measure.endsAt, zone, locale) : es ? "Sin fecha de fin" : "No end date"]);
  return rows;
}

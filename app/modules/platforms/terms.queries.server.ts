import { businessCalendarNamed, type BusinessCalendar } from "~/infra/business-time";
import { Prisma, type Tx } from "~/infra/db.server";
import { preparable } from "~/infra/raw-sql.server";
import type { Feature } from "./features";
import { furtherKindsIn, type FourEyes } from "./four-eyes";

/** `templatesRevision`: of the platform's own words. */
export type Letterhead = {
  id: string;
  name: string;
  legalName: string;
  postalAddress: string;
  abuseEmail: string;
  appealsEmail: string;
  zone: string;
  templatesRevision: number;
};

export type Terms = FourEyes & {
  platformId: string;
  key: string;
  name: string;
  zone: string;
  calendar: BusinessCalendar;
  appealWindowDays: number;
  appealSlaBusinessDays: number;
  /** How long the clock of an appeal waits for one answer of the appellant. */
  appealPauseBusinessDays: number;
  interimMeasureDays: number;
  /** What its messages are headed with. */
  letterhead: Letterhead;
  transparencyExports: boolean;
  transparencyTerritory: string[];
  /** Every feature the gate answers for, in the platform's order, retired ones too. */
  features: Feature[];
};

export type TermsRow = Omit<Terms, "calendar" | "fourEyesKinds"> & { calendar: string; holidays: { day: string; name: string }[]; fourEyesKinds: string[] };

/** Of a platform `p`. */
export const termsColumns = preparable(Prisma.sql`
  p.id AS "platformId", p.key, p.name, p.zone, p.calendar, p.appeal_window_days AS "appealWindowDays",
  p.appeal_sla_business_days AS "appealSlaBusinessDays", p.appeal_pause_business_days AS "appealPauseBusinessDays",
  p.interim_measure_days AS "interimMeasureDays", p.four_eyes_suspension_days AS "fourEyesSuspensionDays",
  p.four_eyes_kinds AS "fourEyesKinds", p.transparency_exports AS "transparencyExports", p.transparency_territory AS "transparencyTerritory",
  json_build_object('id', p.id, 'name', p.name, 'legalName', p.legal_name, 'postalAddress', p.postal_address, 'abuseEmail', p.abuse_email,
                    'appealsEmail', p.appeals_email, 'zone', p.zone, 'templatesRevision', p.templates_revision) AS letterhead,
  (SELECT coalesce(json_agg(json_build_object('day', h.day, 'name', h.name)), '[]') FROM business_holiday h WHERE h.platform_id = p.id) AS holidays,
  (SELECT coalesce(json_agg(json_build_object('code', f.code, 'name', f.name, 'nameEs', f.name_es, 'includes', f.includes,
                                              'retired', f.retired_at IS NOT NULL) ORDER BY f.position, f.code), '[]')
     FROM feature f WHERE f.platform_id = p.id) AS features`);

export const termsOf = ({ calendar, holidays, fourEyesKinds, ...terms }: TermsRow): Terms => ({ ...terms, calendar: businessCalendarNamed(calendar, terms.zone, holidays), fourEyesKinds: furtherKindsIn(fourEyesKinds) });

/** What a platform's row says about time and features, with its calendar ready to use. */
export async function platformTerms(tx: Tx, platformId: string): Promise<Terms> {
  const [platform] = await tx.$queryRaw<TermsRow[]>`SELECT ${termsColumns} FROM platform p WHERE p.id = ${platformId}::uuid`;
  if (!platform) throw new Error("there is no such platform");
  return termsOf(platform);
}

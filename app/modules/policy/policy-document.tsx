import { DateTime } from "luxon";
import { Badge } from "~/components/badge";
import { Facts, Panel } from "~/components/panel";
import type { Locale } from "~/infra/http/locale";
import { areaName } from "./areas";
import { bodyIn, titleIn } from "./clause-title";
import { compareSections } from "./clause-code";
import { MarkdownText } from "./markdown-text";
import type { PolicyContent } from "./policy-content";
import { policyWords } from "./policy-words";
import type { PolicyHead } from "./public-versions.queries.server";
import type { Severity } from "./severity";

export interface PolicyListing {
  key: string;
  name: string;
  policies: { code: string; title: string; lastUpdated: string | null; upcoming: { number: number; effectiveOn: string; held: boolean } | null }[];
}

/** A clause as a reader of one language sees it. */
export interface ShownClause {
  code: string;
  section: string;
  area: string;
  title: string;
  body: string;
  bodyLanguage: Locale;
  severity: Severity;
}

/** A civil day in words: "December 5, 2026". */
export const dayInWords = (day: string, locale: Locale): string => DateTime.fromISO(day, { zone: "utc" }).toLocaleString(DateTime.DATE_FULL, { locale });

/** "Last updated January 1, 2026" */
export function LastUpdated({ day, locale }: { day: string | null; locale: Locale }) {
  if (!day) return null;
  return (
    <p className="text-sm text-muted">
      {policyWords(locale).lastUpdated} <time dateTime={day}>{dayInWords(day, locale)}</time>
    </p>
  );
}

/** The clauses of a kept text, as the document shows them. */
export const clausesOfContent = (content: PolicyContent, locale: Locale): ShownClause[] =>
  content.clauses.map((clause) => ({ code: clause.code, section: clause.section, area: areaName(clause.area, locale), title: titleIn(clause, locale), ...bodyIn(clause, locale), severity: clause.severity }));

const capitalised = (text: string, locale: Locale): string => text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);

/** Sections in the order of their numbers, whatever place a renumbered clause was left at; within one as they were placed. */
function bySection(clauses: ShownClause[]): [string, ShownClause[]][] {
  const sections = new Map<string, ShownClause[]>();
  for (const clause of clauses) sections.set(clause.section, [...(sections.get(clause.section) ?? []), clause]);
  return [...sections].sort(([one], [other]) => compareSections(one, other));
}

/** The clauses of a version, each under an address of its own (`#CF-AUP-3.1.b`), so that a statement of reasons can point at it. */
export function PolicyClauses({ clauses: all, locale }: { clauses: ShownClause[]; locale: Locale }) {
  return (
    <div className="grid gap-4">
      {all.some(({ bodyLanguage }) => bodyLanguage !== locale) ? <p className="text-sm text-muted">{policyWords(locale).notAllTranslated}</p> : null}
      {bySection(all).map(([section, clauses]) => (
        <Panel key={section} id={`section-${section}`} title={`${section} · ${capitalised(clauses[0]!.area, locale)}`}>
          <dl className="grid gap-4">
            {clauses.map((clause) => (
              <div key={clause.code} id={clause.code} className="scroll-mt-4 break-inside-avoid target:bg-accent-soft">
                <dt className="flex flex-wrap items-baseline gap-2 font-medium">
                  {clause.title}
                  <Badge>{clause.code}</Badge>
                </dt>
                <dd className="max-w-prose text-muted" lang={clause.bodyLanguage === locale ? undefined : clause.bodyLanguage}>
                  <MarkdownText source={clause.body} />
                </dd>
              </div>
            ))}
          </dl>
        </Panel>
      ))}
    </div>
  );
}

/** Who publishes the policy and where to write. */
export function Publisher({ platform, locale }: { platform: PolicyHead["platform"]; locale: Locale }) {
  const words = policyWords(locale);
  return (
    <Facts
      facts={[
        { name: words.publishedBy, value: `${platform.legalName}, ${platform.postalAddress}` },
        { name: words.reportAbuse, value: platform.abuseEmail },
        { name: words.appeals, value: platform.appealsEmail },
      ]}
    />
  );
}

import type { ReactNode } from "react";
import { Badge, type BadgeShape, type Tone } from "~/components/badge";
import type { Locale } from "~/infra/http/locale";
import { changeWords } from "./change-words";
import { titleIn } from "./clause-title";
import { plainMarkdown } from "./markdown";
import { publicFields, textCompared, type ClauseChange, type ClauseField } from "./policy-changes";
import type { ClauseText } from "./policy-content";
import { wordDiff } from "./word-diff";

const looks: Record<ClauseChange["kind"], { tone: Tone; shape: BadgeShape }> = {
  added: { tone: "ok", shape: "diamond" },
  removed: { tone: "danger", shape: "octagon" },
  changed: { tone: "info", shape: "triangle" },
  renumbered: { tone: "neutral", shape: "bar" },
  moved: { tone: "neutral", shape: "square" },
  same: { tone: "neutral", shape: "ring" },
};

export function ChangeBadge({ kind, locale }: { kind: ClauseChange["kind"]; locale: Locale }) {
  return (
    <Badge tone={looks[kind].tone} shape={looks[kind].shape}>
      {changeWords(locale).kinds[kind]}
    </Badge>
  );
}

/** Underlined is new, struck through is gone: never by colour alone, and in words for who listens. */
export function DiffText({ before, after, locale }: { before: string; after: string; locale: Locale }) {
  return (
    <p className="whitespace-pre-wrap wrap-anywhere">
      {wordDiff(before, after).map(({ kind, text }, index) => (kind === "same" ? <span key={index}>{text}</span> : <Mark key={index} kind={kind} text={text} locale={locale} />))}
    </p>
  );
}

const marks = {
  added: "rounded-sm bg-ok-soft font-medium text-ok underline decoration-2 underline-offset-2",
  removed: "mr-0.5 rounded-sm bg-danger-soft text-danger line-through decoration-2",
};

function Mark({ kind, text, locale }: { kind: "added" | "removed"; text: string; locale: Locale }) {
  const Tag = kind === "added" ? "ins" : "del";
  return (
    <Tag className={marks[kind]}>
      <span className="sr-only"> [{changeWords(locale)[kind]}: </span>
      {text}
      <span className="sr-only">] </span>
    </Tag>
  );
}

export function DiffLegend({ locale }: { locale: Locale }) {
  const words = changeWords(locale);
  return (
    <p className="text-sm text-muted">
      {words.legend}: <ins className={marks.added}>{words.addedSign}</ins>,{" "}
      <del className={marks.removed}>{words.removedSign}</del>.
    </p>
  );
}

/** One clause and what becomes of it, for those who write it: each part in both languages, the Markdown as it is written. */
export function ClauseChangeView({ change }: { change: ClauseChange }) {
  const bodies = (["body", "bodyEs"] as const).filter((field) => (change.after ?? change.before)![field]);
  const shown = change.kind === "added" || change.kind === "removed" ? bodies : change.fields;
  return (
    <ChangedClause change={change} locale="en">
      {shown.map((field) => {
        const [was, is] = [change.before, change.after].map((clause) => (clause ? valueOf(clause, field, "en") : ""));
        return <FieldChange key={field} field={field} was={was!} is={is!} language={field === "bodyEs" || field === "titleEs" ? "es" : "en"} locale="en" labelled={field === "bodyEs"} />;
      })}
    </ChangedClause>
  );
}

/** The same for everybody, in one language. */
export function PublicChangeView({ change, locale }: { change: ClauseChange; locale: Locale }) {
  const shown = change.kind === "added" || change.kind === "removed" ? (["body"] as const) : publicFields(change, locale);
  return (
    <ChangedClause change={change} locale={locale}>
      {shown.map((field) => {
        if (field === "title" || field === "body") {
          const { was, is, language } = textCompared(field, change, locale);
          const [before, after] = field === "body" ? [plainMarkdown(was), plainMarkdown(is)] : [was, is];
          return <FieldChange key={field} field={field} was={before} is={after} language={language} locale={locale} />;
        }
        return <FieldChange key={field} field={field} was={valueOf(change.before!, field, locale)} is={valueOf(change.after!, field, locale)} language={locale} locale={locale} />;
      })}
    </ChangedClause>
  );
}

function ChangedClause({ change, locale, children }: { change: ClauseChange; locale: Locale; children: ReactNode }) {
  const clause = (change.after ?? change.before)!;
  return (
    <article id={`change-${change.code}`} className="grid scroll-mt-4 gap-2 break-inside-avoid">
      <h3 className="flex flex-wrap items-baseline gap-2 font-semibold">
        <ChangeBadge kind={change.kind} locale={locale} />
        <span className="wrap-anywhere">
          {clause.section} {titleIn(clause, locale)}
        </span>
        <Badge>{change.code}</Badge>
      </h3>
      {change.kind === "moved" ? <p className="text-sm text-muted">{changeWords(locale).movedTo}</p> : null}
      {children}
    </article>
  );
}

interface FieldShown {
  field: ClauseField;
  was: string;
  is: string;
  language: Locale;
  locale: Locale;
  labelled?: boolean;
}

function FieldChange({ field, was, is, language, locale, labelled = false }: FieldShown) {
  const words = changeWords(locale);
  const lang = language === locale ? undefined : language;
  if (field === "body" || field === "bodyEs")
    return (
      <div className="max-w-prose">
        {labelled ? <p className="text-sm text-muted">{words.fields[field]}:</p> : null}
        {was === is ? (
          <p className="text-sm text-muted">{words.layoutOnly}</p>
        ) : (
          <div lang={lang}>
            <DiffText before={was} after={is} locale={locale} />
          </div>
        )}
      </div>
    );
  return (
    <div className="flex flex-wrap gap-x-2 text-sm">
      <span className="text-muted">{words.fields[field]}:</span>
      <div lang={lang}>{field === "section" || field === "severity" ? <Replaced was={was} is={is} locale={locale} /> : <DiffText before={was} after={is} locale={locale} />}</div>
    </div>
  );
}

/** One value in another's place: a number or a rank is not compared sign by sign. */
const Replaced = ({ was, is, locale }: { was: string; is: string; locale: Locale }) => (
  <p>
    <Mark kind="removed" text={was} locale={locale} /> <Mark kind="added" text={is} locale={locale} />
  </p>
);

function valueOf(clause: ClauseText, field: ClauseField, locale: Locale): string {
  const words = changeWords(locale);
  if (field === "severity") return words.severities[clause.severity];
  if (field === "reportLabel") return clause.reportLabel ? `${clause.reportLabel.en} / ${clause.reportLabel.es}` : words.notOffered;
  return clause[field] ?? "";
}

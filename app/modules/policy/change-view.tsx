import { Badge, type BadgeShape, type Tone } from "~/components/badge";
import type { Locale } from "~/infra/http/locale";
import { changeWords } from "./change-words";
import { titleIn } from "./clause-title";
import { plainMarkdown } from "./markdown";
import type { ClauseChange, ClauseField } from "./policy-changes";
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

/** One clause and what becomes of it. `source` shows the Markdown as it is written, for those who write it. */
export function ClauseChangeView({ change, locale, source = false, publicly = false }: { change: ClauseChange; locale: Locale; source?: boolean; publicly?: boolean }) {
  const words = changeWords(locale);
  const clause = (change.after ?? change.before)!;
  const shown = publicly ? change.fields.filter((field) => field !== "titleEs" && field !== "reportLabel") : change.fields;
  return (
    <article id={`change-${change.code}`} className="grid scroll-mt-4 gap-2 break-inside-avoid">
      <h3 className="flex flex-wrap items-baseline gap-2 font-semibold">
        <ChangeBadge kind={change.kind} locale={locale} />
        <span className="wrap-anywhere">
          {clause.section} {titleIn(clause, locale)}
        </span>
        <Badge>{change.code}</Badge>
      </h3>
      {change.kind === "moved" ? <p className="text-sm text-muted">{words.movedTo}</p> : null}
      {change.kind === "added" || change.kind === "removed" ? (
        <FieldChange field="body" before={change.before} after={change.after} locale={locale} source={source} />
      ) : (
        shown.map((field) => <FieldChange key={field} field={field} before={change.before} after={change.after} locale={locale} source={source} />)
      )}
    </article>
  );
}

function FieldChange({ field, before, after, locale, source }: { field: ClauseField; before: ClauseText | null; after: ClauseText | null; locale: Locale; source: boolean }) {
  const words = changeWords(locale);
  const [was, is] = [before, after].map((clause) => (clause ? valueOf(clause, field, locale, source) : ""));
  if (field === "body")
    return (
      <div className="max-w-prose" lang={locale === "en" ? undefined : "en"}>
        {was === is ? <p className="text-sm text-muted">{words.layoutOnly}</p> : <DiffText before={was!} after={is!} locale={locale} />}
      </div>
    );
  return (
    <div className="flex flex-wrap gap-x-2 text-sm">
      <span className="text-muted">{words.fields[field]}:</span>
      {field === "section" || field === "severity" ? <Replaced was={was!} is={is!} locale={locale} /> : <DiffText before={was!} after={is!} locale={locale} />}
    </div>
  );
}

/** One value in another's place: a number or a rank is not compared sign by sign. */
const Replaced = ({ was, is, locale }: { was: string; is: string; locale: Locale }) => (
  <p>
    <Mark kind="removed" text={was} locale={locale} /> <Mark kind="added" text={is} locale={locale} />
  </p>
);

function valueOf(clause: ClauseText, field: ClauseField, locale: Locale, source: boolean): string {
  const words = changeWords(locale);
  switch (field) {
    case "body":
      return source ? clause.body : plainMarkdown(clause.body);
    case "severity":
      return words.severities[clause.severity];
    case "reportLabel":
      return clause.reportLabel ? `${clause.reportLabel.en} / ${clause.reportLabel.es}` : words.notOffered;
    case "titleEs":
      return clause.titleEs ?? "";
    default:
      return clause[field];
  }
}

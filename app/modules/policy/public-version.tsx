import type { ReactNode } from "react";
import { StatusPill, type BadgeShape, type Tone } from "~/components/badge";
import { Callout } from "~/components/flash";
import { PlainLink, TextLink } from "~/components/link";
import type { Locale } from "~/infra/http/locale";
import { dayInWords } from "./policy-document";
import { policyWords } from "./policy-words";
import type { PolicyHead, PublicState, PublicVersion } from "./public-versions.queries.server";

const looks: Record<PublicState, { tone: Tone; shape: BadgeShape }> = {
  in_force: { tone: "ok", shape: "dot" },
  replaced: { tone: "neutral", shape: "bar" },
  upcoming: { tone: "info", shape: "triangle" },
  held: { tone: "warn", shape: "diamond" },
  called_off: { tone: "danger", shape: "octagon" },
};

export const PublicStatePill = ({ state, locale }: { state: PublicState; locale: Locale }) => <StatusPill {...looks[state]}>{policyWords(locale).states[state]}</StatusPill>;

export const policyPath = ({ platform, code }: Pick<PolicyHead, "platform" | "code">, rest: string, locale: Locale): string => `/policies/${platform.key}/${code}${rest}?lang=${locale}`;

/** When a version is or was in force, or is to be. */
export function WhenInForce({ version, locale }: { version: PublicVersion; locale: Locale }) {
  const words = policyWords(locale);
  const [from, until, posted, ended] = [version.effectiveOn, version.replacedOn, version.postedOn, version.calledOffOn].map((day) => (day ? dayInWords(day, locale) : ""));
  const lines: Record<PublicState, string> = {
    in_force: from ? words.inForceSince(from) : words.states.in_force,
    replaced: from && until ? words.inForceBetween(from, until) : words.states.replaced,
    upcoming: words.takesEffect(from ?? ""),
    held: words.wasToTakeEffect(from ?? ""),
    called_off: words.wasToTakeEffect(from ?? ""),
  };
  return (
    <p className="text-sm text-muted">
      {[lines[version.state], ...(posted ? [words.posted(posted)] : []), ...(ended ? [words.calledOff(ended)] : [])].join(" · ")}
    </p>
  );
}

export function Summary({ version, locale }: { version: PublicVersion; locale: Locale }) {
  return (
    <div className="grid gap-2">
      {version.summary ? <p lang={version.summaryLanguage === locale ? undefined : version.summaryLanguage} className="max-w-prose whitespace-pre-wrap wrap-anywhere">{version.summary}</p> : null}
      {!version.material && version.postedOn ? <p className="text-sm text-muted">{policyWords(locale).editorial}</p> : null}
    </div>
  );
}

/** Why a version was called off, as staff wrote it: in English, the console's language. */
export const CalledOffWhy = ({ version, locale, className = "" }: { version: PublicVersion; locale: Locale; className?: string }) =>
  version.calledOffWhy ? <p lang={locale === "en" ? undefined : "en"} className={`wrap-anywhere ${className}`}>{version.calledOffWhy}</p> : null;

/** What comes and when, in a line: a change, or a policy that is new. */
export function comingTitle({ effectiveOn, held, isNew }: { effectiveOn: string; held: boolean; isNew: boolean }, locale: Locale): string {
  const words = policyWords(locale);
  if (held) return isNew ? words.newHeldTitle : words.heldTitle;
  return (isNew ? words.newTitle : words.upcomingTitle)(dayInWords(effectiveOn, locale));
}

/** What comes, posted where people read what is: the day, in short, and the way to every word of it. */
export function UpcomingChange({ head, locale }: { head: PolicyHead; locale: Locale }) {
  const words = policyWords(locale);
  const coming = head.versions.find(({ state }) => state === "upcoming" || state === "held");
  if (!coming) return null;
  const held = coming.state === "held";
  const isNew = !head.versions.some(({ state }) => state === "in_force" || state === "replaced");
  return (
    <Callout tone={held ? "warn" : "info"} title={comingTitle({ effectiveOn: coming.effectiveOn!, held, isNew }, locale)} className="my-4">
      <div className="grid gap-2">
        {held ? <p>{words.heldNote}</p> : null}
        <Summary version={coming} locale={locale} />
        <p>
          {isNew ? <TextLink to={policyPath(head, `/versions/${coming.number}`, locale)}>{words.wholeVersion(coming.number)}</TextLink> : <TextLink to={policyPath(head, `/versions/${coming.number}/changes`, locale)}>{words.seeChanges(coming.number)}</TextLink>}
        </p>
      </div>
    </Callout>
  );
}

/** Where else this is: earlier versions, for feed readers and for machines. */
export function VersionLinks({ head, json, locale, children }: { head: Pick<PolicyHead, "platform" | "code">; json: string; locale: Locale; children?: ReactNode }) {
  const words = policyWords(locale);
  const base = `/policies/${head.platform.key}/${head.code}`;
  return (
    <p className="my-4 flex flex-wrap gap-x-4 gap-y-1 text-sm print:hidden">
      {children}
      <PlainLink href={`${base}/feed.atom?lang=${locale}`}>{words.feed}</PlainLink>
      <PlainLink href={`${base}${json}`}>{words.json}</PlainLink>
    </p>
  );
}

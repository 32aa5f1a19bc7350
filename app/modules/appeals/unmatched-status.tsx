import { Callout } from "~/components/flash";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import type { Language } from "./sla";
import type { UnmatchedStatus } from "./unmatched-status.queries.server";
import { unmatchedWords } from "./unmatched-words";

/** An appeal that fitted no single action, as whoever sent it sees it: works without JavaScript. */
export function UnmatchedStatusView({ status, locale, now }: { status: UnmatchedStatus; locale: Language; now: string }) {
  const words = unmatchedWords(locale);
  const seen = { now, zone: status.zone, locale };
  const { stands } = status;
  return (
    <>
      <PageHeader title={words.title(status.reference)} lead={words.lead(status.platform)} actions={<LanguageSwitch locale={locale} />} />
      <Panel title={words.steps}>
        <Facts
          facts={[
            { name: words.received, value: <Time at={status.receivedAt} {...seen} /> },
            ...(stands.at === "with_a_person" ? [{ name: words.dueBy, value: <Deadline at={status.due.at} left={status.due.left ?? undefined} {...seen} /> }] : []),
          ]}
        />
        <p className="mt-3 max-w-prose">{words.receivedStep}</p>
        <Stands stands={stands} words={words} seen={seen} />
      </Panel>
      {stands.at === "filed" ? null : (
        <Panel title={words.whatNow} className="mt-4">
          <ul className="max-w-prose list-disc pl-5">
            {(stands.at === "put_aside" ? words.putAsideDo : words.withPersonDo).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <p className="mt-3">
            <TextLink to={`/appeal?lang=${locale}`}>{words.form}</TextLink>
          </p>
        </Panel>
      )}
    </>
  );
}

function Stands({ stands, words, seen }: { stands: UnmatchedStatus["stands"]; words: ReturnType<typeof unmatchedWords>; seen: { now: string; zone: string; locale: Language } }) {
  switch (stands.at) {
    case "with_a_person":
      return (
        <Callout tone="info" className="mt-4" title={words.withPerson}>
          {words.withPersonLead}
        </Callout>
      );
    case "filed":
      return (
        <Callout tone="ok" className="mt-4" title={words.filed}>
          {words.filedLead} <TextLink to={stands.appealUrl}>{words.seeAppeal}</TextLink>
        </Callout>
      );
    case "put_aside":
      return (
        <>
          <Callout tone="warn" className="mt-4" title={words.putAside}>
            {words.putAsideLead} <Time at={stands.settledAt} {...seen} />
          </Callout>
          <h3 className="mt-4 text-sm font-medium">{words.why}</h3>
          <blockquote dir="auto" className="mt-1 max-w-prose border-l-4 border-edge pl-3 whitespace-pre-wrap wrap-anywhere">
            {stands.reason}
          </blockquote>
        </>
      );
  }
}

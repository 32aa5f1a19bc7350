import { Form } from "@remix-run/react";
import { Badge } from "~/components/badge";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { Day, Time } from "~/components/time";
import { EvidenceFiles } from "../cases/evidence-files";
import { unprovenReply } from "../cases/message-direction";
import { WaveLine } from "../cases/wave-mark";
import type { ReportToMatch, SuggestedAccount } from "./intake.queries.server";
import type { DismissalReason } from "./report";
import type { RevealedReporter } from "./reveal-reporter.server";
import { english } from "./words.en";

interface Seen {
  now: string;
  zone: string;
}

/** What the form that was sent got wrong, by field. */
export interface FormAnswer {
  intent: string;
  errors: Record<string, string[]>;
  values: Record<string, string>;
}

export const dismissalLabels: Record<DismissalReason, { label: string; hint: string }> = {
  out_of_scope: { label: "Not covered by the rules", hint: "The reporter is told that we cannot act on it." },
  insufficient_evidence: { label: "Not enough to go on", hint: "The reporter is told that we could not tell." },
  already_handled: { label: "Already decided", hint: "The reporter is told that the same events were decided before." },
  not_a_report: { label: "Not a report", hint: "Advertising, a test, rubbish. The reporter is told that we cannot act on it." },
};

function SetAside({ reporterId, until, seen }: { reporterId: string; until: string | null; seen: Seen }) {
  return (
    <>
      <TextLink to={`/reporters/${reporterId}`}>Its reporter is muted</TextLink>
      {until ? (
        <>
          {" "}
          until <Time at={until} {...seen} />
        </>
      ) : null}
    </>
  );
}

/** What the report says and what came with it. */
export function ReportContent({ report, seen, revealed }: { report: ReportToMatch; seen: Seen; revealed: RevealedReporter | null }) {
  return (
    <Panel title="The report">
      <Facts
        facts={[
          { name: "Platform", value: report.platform.name },
          { name: "About", value: report.accusedName ? <span dir="auto">{report.accusedName}</span> : <span className="text-muted">no name given</span> },
          { name: "Received", value: <Time at={report.receivedAt} {...seen} className="whitespace-normal!" /> },
          ...(report.happenedAt ? [{ name: "Happened", value: report.happenedDayOnly ? <Day at={report.happenedAt} zone={seen.zone} /> : <Time at={report.happenedAt} {...seen} className="whitespace-normal!" /> }] : []),
          { name: "Chosen rule", value: report.clauseCode ? <span className="font-mono">{report.clauseCode}</span> : <span className="text-muted">something else</span> },
          { name: "Reporter", value: <Reporter report={report} revealed={revealed} /> },
          ...(report.setAside ? [{ name: "Set aside", value: <SetAside {...report.setAside} seen={seen} /> }] : []),
        ]}
      />
      <p dir="auto" className="mt-4 max-w-prose whitespace-pre-wrap wrap-anywhere">
        {report.description}
      </p>
      {report.messageText ? (
        <blockquote dir="auto" className="mt-3 max-w-prose border-l-4 border-line bg-sunken px-3 py-2 text-sm whitespace-pre-wrap wrap-anywhere">
          {report.messageText}
        </blockquote>
      ) : null}
      {report.wave ? <div className="mt-4"><WaveLine wave={report.wave} /></div> : null}
      {report.files.length > 0 ? (
        <div className="mt-4">
          <EvidenceFiles files={report.files} zone={seen.zone} />
        </div>
      ) : null}
      {report.messages.length > 0 ? (
        <ol aria-label="Conversation with the reporter" className="mt-4 grid gap-2">
          {report.messages.map((message) => (
            <li key={message.id} className="rounded-md bg-sunken px-3 py-2 text-sm">
              <p className="text-xs text-muted">
                {message.direction === "to_reporter" ? "We asked" : message.direction === "from_reporter" ? "The reporter wrote" : unprovenReply} · <Time at={message.at} {...seen} brief />
              </p>
              <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
                {message.text}
              </p>
            </li>
          ))}
        </ol>
      ) : null}
    </Panel>
  );
}

function Reporter({ report, revealed }: { report: ReportToMatch; revealed: RevealedReporter | null }) {
  if (!revealed) {
    const numbers = report.phoneCount + (report.hasAccusedPhone ? 1 : 0);
    return (
      <>
        {report.hasAddress ? "Left an address · hidden" : "Anonymous"}
        {numbers > 0 ? ` · ${numbers} ${numbers === 1 ? "number" : "numbers"} hidden` : ""}
      </>
    );
  }
  return (
    <span className="grid">
      {[revealed.name, revealed.email].filter(Boolean).map((line) => (
        <span key={line}>{line}</span>
      ))}
      {revealed.accusedPhone ? <span>{revealed.accusedPhone} (of the business)</span> : null}
      {revealed.phones.map((phone) => (
        <span key={phone}>{phone} (named in the report)</span>
      ))}
      <span className="text-xs text-muted">Your look is on record. Reload the page to hide this again.</span>
    </span>
  );
}

/** Which account it is about, and under which rule: then it joins that account's case. */
export function MatchForm({ report, query, answer }: { report: ReportToMatch; query: string; answer: FormAnswer | null }) {
  const own = answer?.intent === "assign" ? answer : null;
  const accounts = report.found ?? report.suggestions;
  return (
    <Panel title="Which account is it about?">
      <Form method="get" role="search" className="mb-4 flex flex-wrap items-end gap-2">
        <InputField label="Find an account" hint="Business name, id on the platform, or phone number" name="q" defaultValue={query} required maxLength={120} className="min-w-0 flex-1" />
        <Button type="submit">Find</Button>
      </Form>
      {accounts.length === 0 ? (
        <p className="text-sm text-muted">{report.found ? "No account looks like that." : "No account looks like what the reporter wrote. Find one above, or ask the reporter."}</p>
      ) : (
        <Form method="post" className="grid gap-4">
          {own ? <Errors answer={own} /> : null}
          <RadioGroup
            label={report.found ? "Found" : "Perhaps one of these"}
            name="accountId"
            required
            errors={own?.errors.accountId}
            defaultValue={own?.values.accountId}
            options={accounts.map((account) => ({ value: account.id, label: <AccountLabel account={account} />, hint: account.because }))}
          />
          <SelectField
            label="Rule it falls under"
            name="clause"
            required
            errors={own?.errors.clause}
            defaultValue={own?.values.clause ?? report.clauseCode ?? ""}
            placeholder="Choose a rule"
            options={report.groups.map((group) => ({ label: english.areas[group.area], options: group.options.map((option) => ({ value: option.value, label: `${option.label} (${option.value})` })) }))}
          />
          <div>
            <Button type="submit" name="intent" value="assign" variant="primary">
              Put it into this account’s case
            </Button>
          </div>
        </Form>
      )}
    </Panel>
  );
}

function AccountLabel({ account }: { account: SuggestedAccount }) {
  return (
    <>
      <span className="font-medium">{account.businessName}</span> <span className="font-mono text-xs text-muted">{account.externalId}</span>{" "}
      {account.status === "active" ? null : <Badge>{account.status}</Badge>}
    </>
  );
}

/** What else can be done with it: ask, look who sent it, put it aside. */
export function OtherSteps({ report, answer }: { report: ReportToMatch; answer: FormAnswer | null }) {
  const of = (intent: string) => (answer?.intent === intent ? answer : null);
  const [ask, reveal, dismiss] = [of("ask"), of("reveal"), of("dismiss")];
  return (
    <>
      {report.hasAddress ? (
        <Step title="Ask the reporter" open={ask !== null}>
          <Form method="post" className="grid gap-3">
            {ask ? <Errors answer={ask} /> : null}
            <TextareaField label="What do you need to know?" hint="They get this text by mail with their private link." name="question" required maxLength={2000} errors={ask?.errors.question} defaultValue={ask?.values.question} />
            <div>
              <Button type="submit" name="intent" value="ask">
                Send the question
              </Button>
            </div>
          </Form>
        </Step>
      ) : null}
      {report.hasAddress || report.phoneCount > 0 || report.hasAccusedPhone ? (
        <Step title="Show who sent it, and the numbers" open={reveal !== null}>
          <Form method="post" preventScrollReset className="grid gap-3">
            {reveal ? <Errors answer={reveal} /> : null}
            <InputField label="Why do you need to know?" hint="This is kept in the audit trail, with your name." name="reason" id="reveal-reason" required maxLength={2000} autoComplete="off" errors={reveal?.errors.reason} />
            <div>
              <Button type="submit" name="intent" value="reveal">
                Show it this once
              </Button>
            </div>
          </Form>
        </Step>
      ) : null}
      <Step title="Dismiss it" open={dismiss !== null}>
        <Form method="post" className="grid gap-3">
          {dismiss ? <Errors answer={dismiss} /> : null}
          <RadioGroup
            label="Why"
            name="reason"
            id="dismiss-reason"
            required
            errors={dismiss?.errors.reason}
            defaultValue={dismiss?.values.reason}
            options={Object.entries(dismissalLabels).map(([value, { label, hint }]) => ({ value, label, hint: report.hasAddress ? hint : undefined }))}
          />
          <TextareaField label="For the file" hint="Why no case is needed. Only staff see it." name="note" required maxLength={2000} errors={dismiss?.errors.note} defaultValue={dismiss?.values.note} />
          <div>
            <Button type="submit" name="intent" value="dismiss" variant="danger">
              Dismiss the report
            </Button>
          </div>
        </Form>
      </Step>
    </>
  );
}

function Step({ title, open, children }: { title: string; open: boolean; children: React.ReactNode }) {
  return (
    <details open={open} className="rounded-lg border border-line bg-surface">
      <summary className="cursor-pointer px-4 py-2 font-semibold">{title}</summary>
      <div className="border-t border-line p-4">{children}</div>
    </details>
  );
}

function Errors({ answer }: { answer: FormAnswer }) {
  const ids: Record<string, string> = answer.intent === "dismiss" ? { reason: "dismiss-reason" } : { reason: "reveal-reason" };
  return <ErrorSummary entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: name === "" ? null : (ids[name] ?? name), errors }))} />;
}

import { useForm } from "@conform-to/react";
import { Form } from "@remix-run/react";
import { CircleCheck, Lock, MessageCircleQuestion, Paperclip } from "lucide-react";
import { Button, ButtonLink } from "~/components/button";
import { cx } from "~/components/cx";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps, OptionalWordProvider } from "~/components/field";
import { Callout } from "~/components/flash";
import { FileField, TextareaField } from "~/components/inputs";
import { LanguageSwitch } from "~/components/language-switch";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Stepper, type Step } from "~/components/stepper";
import { Time } from "~/components/time";
import type { Locale } from "~/infra/http/locale";
import { acceptedFiles } from "~/infra/uploads/limits";
import { reporterStages } from "./report";
import type { ReportFormResult } from "./report-form";
import type { ReportFile, ReportStatus } from "./report-status.queries.server";
import { wordsIn, type IntakeWords } from "./words";

export const evidenceFields = ["text", "files", "idempotencyKey"] as const;

interface Told {
  report: ReportStatus;
  locale: Locale;
  now: string;
}

const spokenSteps: Record<Locale, Record<Step["state"], string>> = {
  en: { done: "Done", current: "Now", next: "Next", ahead: "Later" },
  es: { done: "Hecho", current: "Ahora", next: "Siguiente", ahead: "Después" },
};

/** Everything a reporter can see and do about one report. */
export function ReportStatusView({
  report,
  locale,
  now,
  added,
  idempotencyKey,
  lastResult,
}: Told & { added: boolean; idempotencyKey: string; lastResult: ReportFormResult | undefined }) {
  const words = wordsIn(locale);
  const { status } = words;
  return (
    <div className="grid gap-8">
      <div>
        <PageHeader title={status.title(report.reference)} lead={status.lead(report.platform.name)} actions={<LanguageSwitch locale={locale} />} />
        {added ? (
          <Callout tone="ok" role="status" className="mb-4">
            {status.added}
          </Callout>
        ) : null}
        <Progress report={report} locale={locale} now={now} />
      </div>
      <Conversation report={report} locale={locale} now={now} />
      <section id="add" aria-labelledby="add-title" className="grid gap-4">
        <h2 id="add-title" className="text-lg font-semibold">
          {report.openQuestion ? status.answer : status.add}
        </h2>
        {report.takesEvidence ? (
          <EvidenceForm words={words} answering={report.openQuestion} idempotencyKey={idempotencyKey} lastResult={lastResult} />
        ) : (
          <div className="grid justify-items-start gap-3">
            <p className="text-muted">{status.closed}</p>
            <ButtonLink to={`/report?platform=${report.platform.key}&lang=${locale}`}>{status.newReport}</ButtonLink>
          </div>
        )}
      </section>
      <SentByYou report={report} locale={locale} now={now} />
    </div>
  );
}

function Progress({ report, locale, now }: Told) {
  const { status } = wordsIn(locale);
  const at = reporterStages.indexOf(report.stage);
  const time = { now, zone: report.platform.zone, locale };
  const steps: Step[] = reporterStages.map((stage, index) => ({
    key: stage,
    label: status.steps[stage],
    state: index < at ? "done" : index === at ? "current" : index === at + 1 ? "next" : "ahead",
    detail: stage === "received" ? <Time at={report.receivedAt} now={now} zone={report.platform.zone} locale={locale} brief /> : undefined,
  }));
  return (
    <section aria-label={status.progress} className="grid gap-4 rounded-lg border border-line bg-surface p-4">
      <Stepper label={status.progress} steps={steps} said={spokenSteps[locale]} />
      {report.outcome ? (
        <ol className="grid gap-4">
          <OutcomeTold words={status.outcome[report.outcome.said]} at={report.outcome.at} time={time} />
          {report.revision ? <OutcomeTold words={status.revision[report.revision.to]} at={report.revision.at} time={time} /> : null}
        </ol>
      ) : (
        <p>{report.openQuestion ? status.now.question : report.stage === "received" ? status.now.received : status.now.in_review}</p>
      )}
    </section>
  );
}

function OutcomeTold({ words, at, time }: { words: { title: string; text: string }; at: string; time: { now: string; zone: string; locale: Locale } }) {
  return (
    <li className="grid gap-1">
      <p className="font-semibold">{words.title}</p>
      <p>{words.text}</p>
      <p className="text-sm text-muted">
        <Time at={at} {...time} className="whitespace-normal!" />
      </p>
    </li>
  );
}

function Conversation({ report, locale, now }: Told) {
  const { status } = wordsIn(locale);
  if (report.messages.length === 0) return null;
  const lastQuestion = report.messages.findLastIndex(({ from }) => from === "us");
  return (
    <section id="conversation" aria-labelledby="conversation-title" className="grid gap-3">
      <h2 id="conversation-title" className="text-lg font-semibold">
        {status.conversation}
      </h2>
      <ol className="grid gap-3">
        {report.messages.map((message, index) => {
          const asks = report.openQuestion && index === lastQuestion;
          return (
            <li key={message.id} className={cx("rounded-lg border p-4", asks ? "border-accent bg-accent-soft" : "border-line bg-surface", message.from === "you" && "sm:ml-12")}>
              {asks ? (
                <p className="mb-2 flex items-center gap-2 font-semibold text-accent">
                  <MessageCircleQuestion aria-hidden="true" className="size-5" />
                  {status.question}
                </p>
              ) : null}
              <p className="mb-1 flex flex-wrap justify-between gap-x-4 text-sm text-muted">
                <span className="font-medium text-ink">{message.from === "us" ? status.us(report.platform.name) : message.from === "you" ? status.you : status.unknown}</span>
                <Time at={message.at} now={now} zone={report.platform.zone} locale={locale} brief />
              </p>
              {message.from === "unknown" ? <p>{status.unknownText}</p> : null}
              {message.text ? (
                <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
                  {message.text}
                </p>
              ) : null}
              <Files files={message.files} label={status.filesAdded} locale={locale} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function EvidenceForm({
  words,
  answering,
  idempotencyKey,
  lastResult,
}: {
  words: IntakeWords;
  answering: boolean;
  idempotencyKey: string;
  lastResult: ReportFormResult | undefined;
}) {
  const { status, form: said } = words;
  const [form, fields] = useForm<Record<(typeof evidenceFields)[number], string>>({ id: "evidence", lastResult });
  return (
    <OptionalWordProvider value={words.optional}>
      <ErrorSummary title={said.errorTitle} entries={summaryOf(form, { text: fields.text, files: fields.files })} />
      <Form id={form.id} method="post" encType="multipart/form-data" noValidate reloadDocument className="grid gap-4">
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <TextareaField
          label={answering ? status.answer : said.description}
          hint={answering ? status.answerHint : status.addHint}
          rows={5}
          {...fieldProps(fields.text)}
        />
        <FileField label={said.files} hint={said.filesHint} id={fields.files.id} name="files" multiple accept={acceptedFiles} errors={fields.files.errors} />
        <p className="flex gap-2 text-sm text-muted">
          <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {status.confidential}
        </p>
        <Button type="submit" variant="primary" className="min-h-11 justify-self-stretch px-6 sm:justify-self-start">
          {status.send}
        </Button>
      </Form>
    </OptionalWordProvider>
  );
}

function SentByYou({ report, locale, now }: Told) {
  const { status } = wordsIn(locale);
  return (
    <Panel title={status.sentByYou}>
      <Facts
        facts={[
          ...(report.accusedName ? [{ name: status.about, value: <span dir="auto">{report.accusedName}</span>, key: "about" }] : []),
          { name: status.receivedAt, value: <Time at={report.receivedAt} now={now} zone={report.platform.zone} locale={locale} className="whitespace-normal!" />, key: "at" },
        ]}
      />
      <p dir="auto" className="mt-3 whitespace-pre-wrap wrap-anywhere">
        {report.description}
      </p>
      <Files files={report.files} label={status.filesAdded} locale={locale} />
    </Panel>
  );
}

function Files({ files, label, locale }: { files: readonly ReportFile[]; label: string; locale: Locale }) {
  if (files.length === 0) return null;
  const size = new Intl.NumberFormat(locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
  return (
    <ul aria-label={label} className="mt-3 grid gap-1 text-sm text-muted">
      {files.map((file, index) => (
        <li key={index} className="flex gap-2">
          <Paperclip aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            {file.name} <span className="whitespace-nowrap">({size.format(Math.max(1, Math.round(file.size / 1000)))})</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The page after a report was sent: its name, the key to it, and what comes next. */
export function ReportSent({ report, locale, statusUrl }: Omit<Told, "now"> & { statusUrl: string }) {
  const { sent } = wordsIn(locale);
  return (
    <div className="grid gap-8">
      <div className="grid gap-3">
        <CircleCheck aria-hidden="true" className="size-10 text-ok" />
        <h1 className="text-2xl font-semibold">{sent.title}</h1>
        <p className="max-w-prose text-muted">{sent.lead}</p>
      </div>
      <section className="grid gap-5 rounded-lg border border-line bg-surface p-5">
        <div>
          <p className="text-sm text-muted">{sent.reference}</p>
          <p className="font-mono text-xl font-semibold">{report.reference}</p>
        </div>
        <div className="grid gap-2">
          <label htmlFor="private-link" className="text-sm text-muted">
            {sent.link}
          </label>
          <input id="private-link" type="text" readOnly value={statusUrl} aria-describedby="private-link-hint" className="min-h-11 w-full rounded-md border border-edge bg-sunken px-3 font-mono text-sm text-ink" />
          <p id="private-link-hint" className="text-sm text-muted">
            {sent.linkHint}
          </p>
        </div>
        {report.hasAddress ? <p className="text-sm">{sent.mailed}</p> : <Callout tone="warn">{sent.notMailed}</Callout>}
        <ButtonLink to={`${new URL(statusUrl).pathname}?lang=${locale}`} variant="primary" className="min-h-11 justify-self-start px-6">
          {sent.open}
        </ButtonLink>
      </section>
      <section aria-labelledby="next-title" className="grid gap-3">
        <h2 id="next-title" className="text-lg font-semibold">
          {sent.next}
        </h2>
        <ol className="grid list-decimal gap-2 pl-5">
          {sent.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </section>
    </div>
  );
}

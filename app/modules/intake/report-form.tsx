import { useForm, type SubmissionResult } from "@conform-to/react";
import { Form, Link } from "@remix-run/react";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "~/components/button";
import { ErrorSummary, summaryOf } from "~/components/error-summary";
import { fieldProps, OptionalWordProvider } from "~/components/field";
import { FileField, InputField, TextareaField } from "~/components/inputs";
import { RadioGroup } from "~/components/choice";
import { locales, type Locale } from "~/infra/http/locale";
import { acceptedFiles } from "~/infra/uploads/limits";
import { ClauseChoice } from "./clause-choice";
import type { ReportChoices } from "./report-form.queries.server";
import { reportLimits } from "./submit-report.schema";
import { wordsIn } from "./words";

export const reportFields = [
  "clause",
  "businessName",
  "businessPhone",
  "description",
  "day",
  "time",
  "messageText",
  "phones",
  "files",
  "email",
  "language",
  "idempotencyKey",
] as const;

export type ReportFormResult = SubmissionResult<string[]>;

/** Which service: the first step, and a page of its own, because what can be reported hangs on it. */
export function PlatformChoice({ platforms, locale }: { platforms: readonly { key: string; name: string }[]; locale: Locale }) {
  const { form } = wordsIn(locale);
  return (
    <section aria-labelledby="platform-title" className="grid gap-3">
      <div>
        <h2 id="platform-title" className="text-lg font-semibold">
          {form.choosePlatform}
        </h2>
        <p className="text-sm text-muted">{form.choosePlatformHint}</p>
      </div>
      <ul className="grid gap-2 sm:grid-cols-2">
        {platforms.map((platform) => (
          <li key={platform.key}>
            <Link
              to={`/report?${new URLSearchParams({ platform: platform.key, lang: locale }).toString()}`}
              className="flex min-h-14 items-center rounded-lg border border-edge bg-surface px-4 font-medium hover:border-accent hover:bg-accent-soft"
            >
              {platform.name}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * The report itself. It posts as a document, with or without scripts: it comes back with what was typed, and the
 * browser shows how the upload goes.
 */
export function ReportForm({
  choices,
  locale,
  idempotencyKey,
  lastResult,
  zoneName,
  today,
}: {
  choices: ReportChoices;
  locale: Locale;
  idempotencyKey: string;
  lastResult: ReportFormResult | undefined;
  zoneName: string;
  today: string;
}) {
  const words = wordsIn(locale);
  const { form: said } = words;
  const [form, fields] = useForm<Record<(typeof reportFields)[number], string>>({ id: "report", lastResult });
  const initial = (value: unknown) => (typeof value === "string" ? value : undefined);
  return (
    <OptionalWordProvider value={words.optional}>
      <ErrorSummary title={said.errorTitle} entries={summaryOf(form, Object.fromEntries(reportFields.map((name) => [name, fields[name]])))} />
      <Form id={form.id} method="post" encType="multipart/form-data" noValidate reloadDocument className="grid gap-10">
        <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
        <ClauseChoice id={fields.clause.id} name="clause" groups={choices.groups} words={words} value={initial(fields.clause.initialValue)} errors={fields.clause.errors} />

        <Section title={said.who} hint={said.whoHint}>
          <InputField label={said.businessName} hint={said.businessNameHint} autoComplete="off" {...fieldProps(fields.businessName)} maxLength={reportLimits.name} />
          <InputField label={said.businessPhone} hint={said.businessPhoneHint} type="tel" inputMode="tel" autoComplete="off" className="sm:max-w-xs" {...fieldProps(fields.businessPhone)} />
        </Section>

        <Section title={said.happened}>
          <TextareaField label={said.description} hint={said.descriptionHint} rows={6} {...fieldProps(fields.description)} required />
          <div className="grid gap-4 sm:grid-cols-2">
            <InputField label={said.day} hint={said.dayHint} type="date" min="2000-01-01" max={today} {...fieldProps(fields.day)} />
            <InputField label={said.time} hint={said.timeHint(zoneName)} type="time" {...fieldProps(fields.time)} />
          </div>
          <TextareaField label={said.messageText} hint={said.messageTextHint} rows={4} {...fieldProps(fields.messageText)} />
          <TextareaField label={said.phones} hint={said.phonesHint} rows={2} inputMode="tel" className="sm:max-w-xs" {...fieldProps(fields.phones)} />
        </Section>

        <Section title={said.filesTitle}>
          <FileField
            label={said.files}
            hint={said.filesHint}
            id={fields.files.id}
            name="files"
            multiple
            accept={acceptedFiles}
            errors={fields.files.errors}
          />
        </Section>

        <Section title={said.contact}>
          <InputField label={said.email} hint={said.emailHint} type="email" autoComplete="email" {...fieldProps(fields.email)} maxLength={254} />
          <RadioGroup
            label={said.language}
            name="language"
            id={fields.language.id}
            required
            options={locales.map((language) => ({ value: language, label: said.languageOf[language] }))}
            defaultValue={initial(fields.language.initialValue) ?? locale}
          />
        </Section>

        <div className="grid gap-3 border-t border-line pt-6">
          <p className="flex gap-2 text-sm text-muted">
            <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
            <span>
              {said.anonymous} {said.next}
            </span>
          </p>
          <Button type="submit" variant="primary" className="min-h-11 justify-self-stretch px-6 sm:justify-self-start">
            {said.submit}
          </Button>
        </div>
      </Form>
    </OptionalWordProvider>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="grid gap-4">
      <div>
        <h2 className="text-lg font-semibold">{title}</h2>
        {hint ? <p className="mt-1 text-sm text-muted">{hint}</p> : null}
      </div>
      {children}
    </section>
  );
}

import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { LanguageSwitch } from "~/components/language-switch";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { civilDayOf } from "~/infra/civil-day";
import { cleanFields } from "~/infra/http/form-fields";
import { localeOf } from "~/infra/http/locale";
import { retryAfterOf, tooManyRequests, waitSentence } from "~/infra/http/rate-limit.server";
import { newId } from "~/infra/id";
import { receiveEvidenceForm, storeEvidence } from "~/infra/uploads/receive-evidence.server";
import { PlatformChoice, ReportForm, reportFields, type ReportFormResult } from "~/modules/intake/report-form";
import { reportChoices } from "~/modules/intake/report-form.queries.server";
import { submitReport, type SubmitRefusal } from "~/modules/intake/submit-report.server";
import { submitReportSchema } from "~/modules/intake/submit-report.schema";
import { wordsIn, type IntakeWords } from "~/modules/intake/words";
import { platformChoices, platformZone } from "~/modules/platforms/platforms.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => {
  const { form } = wordsIn(loaded?.locale ?? "en");
  return [{ title: form.title }, { name: "description", content: `${form.lead} ${form.anonymous}` }];
};

export async function loader({ request, context: { deps } }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url);
  const locale = localeOf(request);
  const key = searchParams.get("platform") ?? "";
  const choices = /^[a-z0-9-]{1,40}$/.test(key) ? await reportChoices(deps.db, key, locale) : null;
  return {
    locale,
    choices,
    platforms: choices ? [] : await platformChoices(deps.db),
    zoneName: choices ? zoneName(choices.platform.zone, locale, deps.clock().toMillis()) : "",
    today: civilDayOf(deps.clock(), choices?.platform.zone ?? "utc"),
    idempotencyKey: newId(),
    search: searchParams.toString(),
  };
}

export async function action({ request, context: { deps, clientIp } }: ActionFunctionArgs) {
  const locale = localeOf(request);
  const words = wordsIn(locale);
  const body = await deps.limits.take("public.post", clientIp);
  if (!body.ok) throw tooManyRequests(body, locale);

  const form = await receiveEvidenceForm(request);
  try {
    const fields = cleanFields(form.fields, reportFields);
    const platform = new URL(request.url).searchParams.get("platform") ?? "";
    fields.set("platform", platform);
    const today = civilDayOf(deps.clock(), (await platformZone(deps.db, platform)) ?? "utc");
    const submission = parseWithZod(fields, { schema: submitReportSchema(words.errors, today) });
    const refused = form.refused.map((file) => words.file(file));
    const sentFiles = refused.length + form.files.length > 0;
    const again = ({ formErrors, fieldErrors }: { formErrors?: string[]; fieldErrors?: Record<string, string[]> }, status: number) =>
      data(submission.reply({ formErrors, fieldErrors: { ...fieldErrors, ...(sentFiles ? { files: [...refused, words.form.filesAgain] } : {}) } }) as ReportFormResult, { status });
    if (submission.status !== "success" || refused.length > 0) return again({}, 422);

    const within = await deps.limits.take("report.submit", clientIp);
    const submitted = within.ok ? await submitReport(deps, { kind: "public" }, submission.value, await storeEvidence(deps, form.files)) : within;
    if (submitted.ok) return redirect(pageAfter(submitted, locale));
    if (submitted.reason === "happened_in_future") {
      return again({ fieldErrors: submitted.detail?.field === "time" ? { time: [words.errors.timeInFuture] } : { day: [words.errors.dayInFuture] } }, 422);
    }
    return again({ formErrors: [sentenceFor(submitted, words, locale)] }, submitted.reason === "rate_limited" ? 429 : 422);
  } finally {
    await form.dispose();
  }
}

function pageAfter(submitted: { reference: string; statusUrl: string | null }, locale: string): string {
  if (!submitted.statusUrl) return `/report/known?${new URLSearchParams({ ref: submitted.reference, lang: locale }).toString()}`;
  return `/report/thanks/${submitted.statusUrl.split("/").at(-1)}?lang=${locale}`;
}

function sentenceFor(refusal: { reason: SubmitRefusal; detail?: Record<string, unknown> }, words: IntakeWords, locale: "en" | "es"): string {
  switch (refusal.reason) {
    case "rate_limited":
      return words.errors.network(waitSentence(retryAfterOf(refusal), locale));
    case "platform_unknown":
      return words.errors.platform;
    case "clause_unknown":
      return words.errors.clause;
    default:
      return words.errors.unknown;
  }
}

const zoneName = (zone: string, locale: string, now: number): string =>
  new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: "longGeneric" }).formatToParts(now).find((part) => part.type === "timeZoneName")?.value ?? zone;

export default function ReportPage() {
  const { locale, choices, platforms, zoneName: zone, today, idempotencyKey, search } = useLoaderData<typeof loader>();
  const lastResult = useActionData<typeof action>();
  const { form } = wordsIn(locale);
  return (
    <div className="grid gap-8">
      <div>
        <PageHeader title={form.title} lead={`${form.lead} ${form.anonymous}`} actions={<LanguageSwitch locale={locale} search={search} />} />
        {choices ? (
          <p className="text-sm">
            <strong className="font-semibold">{form.platform(choices.platform.name)}</strong>{" "}
            <TextLink to={`/report?lang=${locale}`}>{form.change}</TextLink>
          </p>
        ) : null}
      </div>
      {choices ? (
        <ReportForm choices={choices} locale={locale} idempotencyKey={idempotencyKey} lastResult={lastResult} zoneName={zone} today={today} />
      ) : (
        <PlatformChoice platforms={platforms} locale={locale} />
      )}
    </div>
  );
}

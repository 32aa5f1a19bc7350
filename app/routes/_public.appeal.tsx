import { randomUUID } from "node:crypto";
import { useForm, type SubmissionResult } from "@conform-to/react";
import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { fieldProps } from "~/components/field";
import { Callout } from "~/components/flash";
import { LanguageSwitch } from "~/components/language-switch";
import { InputField, SelectField, TextareaField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { cleanFields, readForm } from "~/infra/http/form-fields";
import { localeOf } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { publicAppealWords } from "~/modules/appeals/public-appeal-words";
import { submitAppealFormSchema } from "~/modules/appeals/submit-appeal-form.schema";
import { submitAppealForm } from "~/modules/appeals/submit-appeal-form.server";
import { platformChoices } from "~/modules/platforms/platforms.queries.server";

const fieldNames = ["platformKey", "email", "actionText", "explanation", "idempotencyKey"] as const;

export const meta: MetaFunction<typeof loader> = ({ data: page }) => [{ title: publicAppealWords(page?.locale ?? "en").title }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const url = new URL(request.url);
  return {
    locale: localeOf(request),
    platforms: await platformChoices(context.deps.db),
    sent: url.searchParams.get("sent") === "1",
    idempotencyKey: randomUUID() as string,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { deps, clientIp } = context;
  const locale = localeOf(request);
  for (const limit of ["public.post", "appeal.submit"] as const) {
    const taken = await deps.limits.take(limit, clientIp);
    if (!taken.ok) throw tooManyRequests(taken, locale);
  }
  const submission = parseWithZod(cleanFields(await readForm(request), fieldNames), { schema: submitAppealFormSchema });
  if (submission.status !== "success") return data(submission.reply(), { status: 422 });
  const submitted = await submitAppealForm(deps, submission.value, locale);
  if (!submitted.ok) return data(submission.reply({ fieldErrors: { platformKey: ["platform_missing"] } }), { status: 422 });
  return redirect(`/appeal?sent=1&lang=${locale}`);
}

type Fields = Record<(typeof fieldNames)[number], string>;

export default function PublicAppeal() {
  const { locale, platforms, sent, idempotencyKey } = useLoaderData<typeof loader>();
  const lastResult = useActionData<typeof action>();
  const words = publicAppealWords(locale);
  const [form, fields] = useForm<Fields>({ lastResult: lastResult as SubmissionResult<string[]> | undefined });
  const said = (errors: string[] | undefined) => errors?.map((key) => words.error(key));
  if (sent) {
    return (
      <>
        <PageHeader title={words.title} actions={<LanguageSwitch locale={locale} search="sent=1" />} />
        <Callout tone="ok" role="status" title={words.sentTitle}>
          {words.sentLead}
        </Callout>
      </>
    );
  }
  const shown = [fields.platformKey, fields.email, fields.actionText, fields.explanation];
  return (
    <>
      <PageHeader title={words.title} lead={words.lead} actions={<LanguageSwitch locale={locale} />} />
      <Form method="post" id={form.id} onSubmit={form.onSubmit} noValidate className="grid gap-5">
        <ErrorSummary title={words.summary} entries={shown.map(({ id, errors }) => ({ id, errors: said(errors) ?? [] }))} />
        <input type="hidden" name="idempotencyKey" value={fields.idempotencyKey.initialValue ?? idempotencyKey} />
        <SelectField
          label={words.platform}
          placeholder={words.choose}
          options={platforms.map(({ key, name }) => ({ value: key, label: name }))}
          {...fieldProps(fields.platformKey)}
          errors={said(fields.platformKey.errors)}
          required
        />
        <InputField label={words.email} hint={words.emailHint} type="email" autoComplete="email" {...fieldProps(fields.email)} errors={said(fields.email.errors)} required />
        <TextareaField label={words.action} hint={words.actionHint} rows={3} {...fieldProps(fields.actionText)} errors={said(fields.actionText.errors)} required />
        <TextareaField label={words.explanation} hint={words.explanationHint} rows={7} {...fieldProps(fields.explanation)} errors={said(fields.explanation.errors)} required />
        <Button type="submit" variant="primary" className="justify-self-start">
          {words.send}
        </Button>
      </Form>
    </>
  );
}

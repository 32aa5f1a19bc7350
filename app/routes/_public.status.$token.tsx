import { parseWithZod } from "@conform-to/zod/v4";
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { cleanFields } from "~/infra/http/form-fields";
import { localeOf, type Locale } from "~/infra/http/locale";
import { retryAfterOf, tooManyRequests, waitSentence } from "~/infra/http/rate-limit.server";
import { newId } from "~/infra/id";
import { receiveEvidenceForm, storeEvidence } from "~/infra/uploads/receive-evidence.server";
import { addReportEvidence } from "~/modules/intake/add-report-evidence.server";
import { addReportEvidenceSchema } from "~/modules/intake/add-report-evidence.schema";
import type { ReportFormResult } from "~/modules/intake/report-form";
import { requireReportLink } from "~/modules/intake/report-link.server";
import { evidenceFields, ReportStatusView } from "~/modules/intake/report-status";
import { reportLanguage, reportStatus } from "~/modules/intake/report-status.queries.server";
import { wordsIn, type IntakeWords } from "~/modules/intake/words";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [
  { title: loaded ? wordsIn(loaded.locale).status.title(loaded.report.reference) : "404" },
  { name: "robots", content: "noindex" },
];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const asked = localeOf(request);
  const report = await reportStatus(context.deps.db, await requireReportLink(context, params.token, asked));
  if (!report) throw new Response(null, { status: 404 });
  return {
    locale: readIn(request, report.language),
    report,
    now: context.deps.clock().toISO(),
    added: new URL(request.url).searchParams.has("added"),
    idempotencyKey: newId(),
  };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { deps, clientIp } = context;
  const reportId = await requireReportLink(context, params.token, localeOf(request));
  const locale = readIn(request, await reportLanguage(deps.db, reportId));
  const words = wordsIn(locale);
  const body = await deps.limits.take("public.post", clientIp);
  if (!body.ok) throw tooManyRequests(body, locale);

  const form = await receiveEvidenceForm(request);
  try {
    const submission = parseWithZod(cleanFields(form.fields, evidenceFields), { schema: addReportEvidenceSchema(words.errors) });
    const refused = form.refused.map((file) => words.file(file));
    const sentFiles = refused.length + form.files.length > 0;
    const again = (extra: { formErrors?: string[] }, status: number) =>
      data(submission.reply({ ...extra, fieldErrors: sentFiles ? { files: [...refused, words.form.filesAgain] } : {} }) as ReportFormResult, { status });
    if (submission.status !== "success" || refused.length > 0) return again({}, 422);

    const within = await deps.limits.take("report.evidence", reportId);
    if (!within.ok) return again({ formErrors: [words.errors.network(waitSentence(retryAfterOf(within), locale))] }, 429);
    const added = await addReportEvidence(deps, { kind: "reporter", reportId }, submission.value, await storeEvidence(deps, form.files));
    if (added.ok) return redirect(`/status/${params.token}?added=1&lang=${locale}#conversation`);
    return again({ formErrors: [sentenceFor(added.reason, words)] }, 422);
  } finally {
    await form.dispose();
  }
}

/** The language the report was written in, unless the reader switched. */
const readIn = (request: Request, language: Locale): Locale => (new URL(request.url).searchParams.has("lang") ? localeOf(request) : language);

function sentenceFor(reason: string, { errors }: IntakeWords): string {
  if (reason === "nothing_added") return errors.nothingAdded;
  return reason === "report_closed" ? errors.reportClosed : errors.unknown;
}

export default function StatusPage() {
  const loaded = useLoaderData<typeof loader>();
  return <ReportStatusView {...loaded} lastResult={useActionData<typeof action>()} />;
}

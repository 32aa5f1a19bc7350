import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { localeOf } from "~/infra/http/locale";
import { requireReportLink } from "~/modules/intake/report-link.server";
import { ReportSent } from "~/modules/intake/report-status";
import { reportStatus } from "~/modules/intake/report-status.queries.server";
import { wordsIn } from "~/modules/intake/words";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: wordsIn(data?.locale ?? "en").sent.title }, { name: "robots", content: "noindex" }];

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const locale = localeOf(request);
  const reportId = await requireReportLink(context, params.token, locale);
  const report = await reportStatus(context.deps.db, reportId);
  if (!report) throw new Response(null, { status: 404 });
  return { locale, report, statusUrl: `${context.deps.config.publicUrl}/status/${params.token}` };
}

export default function Thanks() {
  return <ReportSent {...useLoaderData<typeof loader>()} />;
}

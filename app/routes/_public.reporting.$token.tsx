import { data, redirect, type ActionFunctionArgs, type AppLoadContext, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { readForm } from "~/infra/http/form-fields";
import { localeOf, type Locale } from "~/infra/http/locale";
import { tooManyRequests } from "~/infra/http/rate-limit.server";
import { openPrivateLink } from "~/modules/access/private-link.server";
import { objectToMeasure, objectToMeasureSchema } from "~/modules/reporters/object-to-measure.server";
import { ReporterStanding } from "~/modules/reporters/reporter-standing";
import { reporterWords } from "~/modules/reporters/reporter-words";
import { reporterStanding } from "~/modules/reporters/reporters.queries.server";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: reporterWords(loaded?.locale ?? "en").title }, { name: "robots", content: "noindex" }];

/** The language we wrote to them in, unless the reader switched. */
const readIn = (request: Request, language: string): Locale => (new URL(request.url).searchParams.has("lang") ? localeOf(request) : language === "es" ? "es" : "en");

async function reporterOf(request: Request, { deps, clientIp }: AppLoadContext, token: string | undefined) {
  const link = await openPrivateLink(deps, "reporter_standing", token ?? "");
  const standing = link && (await reporterStanding(deps.db, link.reporterId));
  if (link && standing) {
    return { reporterId: link.reporterId, standing, locale: readIn(request, standing.language) };
  }
  const missed = await deps.limits.take("link.miss", clientIp);
  const locale = localeOf(request);
  if (!missed.ok) throw tooManyRequests(missed, locale);
  throw Response.json({ reason: "not_found", locale, sentence: reporterWords(locale).goneLead }, { status: 404 });
}

export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const { standing, locale } = await reporterOf(request, context, params.token);
  return { locale, platform: standing.platform, measures: standing.measures, now: context.deps.clock().toISO(), sent: new URL(request.url).searchParams.has("sent") };
}

export async function action({ request, context, params }: ActionFunctionArgs) {
  const { deps, clientIp } = context;
  const { reporterId, locale } = await reporterOf(request, context, params.token);
  const within = await deps.limits.take("public.post", clientIp);
  if (!within.ok) throw tooManyRequests(within, locale);
  const form = await readForm(request);
  const { errors } = reporterWords(locale);
  const again = (error: string, status: number) => data({ failed: { measureId: String(form.get("measureId") ?? ""), objection: String(form.get("objection") ?? ""), error } }, { status });
  const parsed = objectToMeasureSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return again(issue?.path[0] !== "objection" ? errors.other : issue.message === "tooLong" ? errors.tooLong : errors.required, 422);
  }
  const objected = await objectToMeasure(deps, { kind: "public" }, reporterId, parsed.data);
  if (objected.ok || objected.reason === "objected_already") return redirect(`/reporting/${params.token}?sent=1&lang=${locale}`);
  return again(errors.other, 409);
}

export default function ReportingPage() {
  const loaded = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  return <ReporterStanding {...loaded} failed={sent?.failed ?? null} />;
}

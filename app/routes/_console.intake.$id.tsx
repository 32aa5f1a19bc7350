import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { readForm } from "~/infra/http/form-fields";
import { Callout } from "~/components/flash";
import { TextLink } from "~/components/link";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { refusalText } from "~/infra/http/refusals";
import { sanitiseLine } from "~/infra/text";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { readingFacts } from "~/modules/inbound-mail/mail-reading";
import { readingOfReport } from "~/modules/inbound-mail/received-mail.queries.server";
import { askReporter } from "~/modules/intake/ask-reporter.server";
import { assignReportAccount } from "~/modules/intake/assign-report-account.server";
import { dismissReport } from "~/modules/intake/dismiss-report.server";
import { reportToMatch } from "~/modules/intake/intake.queries.server";
import { MatchForm, OtherSteps, ReportContent, type FormAnswer } from "~/modules/intake/report-to-match";
import { revealReporter } from "~/modules/intake/reveal-reporter.server";
import { askReporterSchema, assignReportSchema, dismissReportSchema, revealReporterSchema } from "~/modules/intake/staff-report.schema";

export const meta: MetaFunction<typeof loader> = ({ data: loaded }) => [{ title: loaded ? `Report ${loaded.report.reference}` : "Report" }];

const idOf = (params: { id?: string }): string => {
  const parsed = z.uuid().safeParse(params.id);
  if (!parsed.success) throw new Response(null, { status: 404 });
  return parsed.data;
};

export async function loader({ request, context: { deps }, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, { deps }, "case:read");
  const query = sanitiseLine((new URL(request.url).searchParams.get("q") ?? "").slice(0, 200));
  const report = await reportToMatch(deps, idOf(params), query || null);
  if (!report) throw new Response(null, { status: 404 });
  const mail = report.channel === "email" ? await readingOfReport(deps.db, report.id) : null;
  return { report, mail, query, mayWork: may(actor, "case:work"), now: deps.clock().toISO() };
}

export async function action({ request, context: { deps }, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, { deps }, "case:work");
  const form = await readForm(request);
  form.set("reportId", idOf(params));
  const intent = String(form.get("intent"));
  const back = `/intake/${params.id}`;

  switch (intent) {
    case "assign": {
      const parsed = parseWithZod(form, { schema: assignReportSchema });
      if (parsed.status !== "success") return invalid(intent, parsed.error, form);
      const assigned = await assignReportAccount(deps, actor, parsed.value);
      if (!assigned.ok) return refusedAs(intent, assigned.reason, form);
      return redirectWithFlash(`/cases/${assigned.caseReference}`, { tone: "ok", text: `The report is now in case ${assigned.caseReference}.` });
    }
    case "ask": {
      const parsed = parseWithZod(form, { schema: askReporterSchema });
      if (parsed.status !== "success") return invalid(intent, parsed.error, form);
      const asked = await askReporter(deps, actor, parsed.value);
      return asked.ok ? redirectWithFlash(back, { tone: "ok", text: "The question is on its way to the reporter." }) : refusedAs(intent, asked.reason, form);
    }
    case "dismiss": {
      const parsed = parseWithZod(form, { schema: dismissReportSchema });
      if (parsed.status !== "success") return invalid(intent, parsed.error, form);
      const dismissed = await dismissReport(deps, actor, parsed.value);
      if (!dismissed.ok) return refusedAs(intent, dismissed.reason, form);
      return redirectWithFlash("/intake", { tone: "ok", text: dismissed.told ? "The report is dismissed, and the reporter is told." : "The report is dismissed. Nobody left an address to tell." });
    }
    case "reveal": {
      const parsed = parseWithZod(form, { schema: revealReporterSchema });
      if (parsed.status !== "success") return invalid(intent, parsed.error, form);
      const shown = await revealReporter(deps, actor, parsed.value);
      return shown.ok ? data({ answer: null, revealed: shown.revealed }) : refusedAs(intent, shown.reason, form);
    }
    default:
      throw new Response(null, { status: 400 });
  }
}

const valuesOf = (form: FormData): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : [])));

function invalid(intent: string, errors: Record<string, string[] | null> | null, form: FormData) {
  const answer: FormAnswer = { intent, values: valuesOf(form), errors: Object.fromEntries(Object.entries(errors ?? {}).map(([name, said]) => [name, said ?? []])) };
  return data({ answer, revealed: null }, { status: 422 });
}

function refusedAs(intent: string, reason: string, form: FormData) {
  const { status, sentence } = refusalText(reason);
  const answer: FormAnswer = { intent, values: valuesOf(form), errors: { "": [sentence] } };
  return data({ answer, revealed: null }, { status });
}

export default function MatchReport() {
  const { report, mail, query, mayWork, now } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const answer = sent?.answer ?? null;
  return (
    <>
      <PageHeader title={`Report ${report.reference}`} crumbs={[{ label: "Reports to match", to: "/intake" }, { label: report.reference }]} />
      <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 content-start gap-4">
          <ReportContent report={report} seen={{ now, zone: report.platform.zone }} revealed={sent?.revealed ?? null} />
          {mail ? (
            <Panel title="What was read in the mail">
              <Facts facts={readingFacts(mail.reading)} />
            </Panel>
          ) : null}
        </div>
        <div className="grid content-start gap-4">
          {report.state !== "received" ? (
            <Callout tone="info" title={report.state === "dismissed" ? "This report was dismissed." : "This report is in a case."}>
              {report.caseReference ? <TextLink to={`/cases/${report.caseReference}`}>Open case {report.caseReference}</TextLink> : null}
            </Callout>
          ) : mayWork ? (
            <>
              <MatchForm report={report} query={query} answer={answer} />
              <OtherSteps report={report} answer={answer} />
            </>
          ) : (
            <Callout tone="info">Your role can read this report. Matching it takes somebody who works cases.</Callout>
          )}
        </div>
      </div>
    </>
  );
}

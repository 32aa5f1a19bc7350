import { parseWithZod } from "@conform-to/zod/v4";
import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { z } from "zod";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { redirectWithFlash } from "~/infra/http/flash.server";
import { readForm } from "~/infra/http/form-fields";
import { refusalText } from "~/infra/http/refusals";
import { may } from "~/modules/access/actor";
import { requireStaff } from "~/modules/access/require-staff.server";
import { noteOutcomeSeen } from "~/modules/calibration/note-outcome-seen.server";
import { measureReporterSchema, ruleOnObjectionSchema } from "~/modules/reporters/measure-reporter.schema";
import { measureReporter } from "~/modules/reporters/measure-reporter.server";
import { previewMeasure } from "~/modules/reporters/preview-measure.server";
import { MeasureForm, Measures, RecordPanel, ReportLines, type FormAnswer } from "~/modules/reporters/reporter-page";
import { reporterPage } from "~/modules/reporters/reporters.queries.server";
import { ruleOnObjection } from "~/modules/reporters/rule-on-objection.server";

export const meta: MetaFunction = () => [{ title: "Reporter" }];

const idOf = (params: { id?: string }): string => {
  const parsed = z.uuid().safeParse(params.id);
  if (!parsed.success) throw new Response(null, { status: 404 });
  return parsed.data;
};

const outcomeOf = ({ state, outcome, dismissalReason }: { state: string; outcome: string | null; dismissalReason: string | null }) =>
  (state === "dismissed" ? `dismissed: ${dismissalReason ?? ""}` : (outcome ?? state)).replaceAll("_", " ");

export async function loader({ request, context: { deps }, params }: LoaderFunctionArgs) {
  const actor = await requireStaff(request, { deps }, "case:read");
  const page = await reporterPage(deps.db, idOf(params), deps.clock());
  if (!page) throw new Response(null, { status: 404 });
  const { record, names, measures, reports, ...reporter } = page;
  await noteOutcomeSeen(deps, actor, { caseReferences: reports.flatMap(({ outcome, caseReference }) => (outcome && caseReference ? [caseReference] : [])), accountIds: [] });
  return {
    ...reporter,
    record: { recent: record.recent, sinceWarning: record.sinceWarning, mutedUntil: record.muted?.endsAt?.toISO() ?? null, allows: record.allows },
    measures: measures.map((measure) => ({ ...measure, decider: names[measure.deciderId] ?? "a colleague", ruledBy: measure.ruledById && (names[measure.ruledById] ?? "a colleague") })),
    reports: reports.map((report) => ({ ...report, outcome: outcomeOf(report) })),
    me: actor.id,
    mayMeasure: may(actor, "reporter:measure"),
    mayRule: may(actor, "reporter:measure") || may(actor, "appeal:rule"),
    now: deps.clock().toISO(),
  };
}

export async function action({ request, context: { deps }, params }: ActionFunctionArgs) {
  const actor = await requireStaff(request, { deps }, "case:read");
  const reporterId = idOf(params);
  const form = await readForm(request);
  form.set("reporterId", reporterId);
  const intent = String(form.get("intent"));
  const here = `/reporters/${reporterId}`;
  if (intent === "rule") {
    const parsed = parseWithZod(form, { schema: ruleOnObjectionSchema });
    if (parsed.status !== "success") return invalid(form, parsed.error);
    const ruled = await ruleOnObjection(deps, actor, parsed.value);
    if (!ruled.ok) return refused(form, ruled.reason);
    return redirectWithFlash(here, { tone: "ok", text: parsed.value.ruling === "lifted" ? `Taken back, and the reporter is told. ${ruled.takenBack === 1 ? "1 report waits" : `${ruled.takenBack} reports wait`} to be worked on.` : "It stands, and the reporter is told why." });
  }
  const parsed = parseWithZod(form, { schema: measureReporterSchema });
  if (parsed.status !== "success") return invalid(form, parsed.error);
  if (intent === "preview") {
    const preview = await previewMeasure(deps, actor, parsed.value);
    return preview.ok ? data({ answer: answerOf(form, {}), preview: { subject: preview.subject, text: preview.text } }) : refused(form, preview.reason);
  }
  const measured = await measureReporter(deps, actor, parsed.value);
  if (!measured.ok) return refused(form, measured.reason);
  return redirectWithFlash(here, { tone: "ok", text: parsed.value.kind === "warning" ? "The warning is on its way." : "New reports are set aside from now on, and the reporter is told." });
}

const answerOf = (form: FormData, errors: Record<string, string[]>): FormAnswer => ({
  intent: String(form.get("intent")),
  measureId: (form.get("measureId") as string | null) ?? null,
  values: Object.fromEntries([...form].flatMap(([name, value]) => (typeof value === "string" ? [[name, value] as const] : []))),
  errors,
});

const invalid = (form: FormData, errors: Record<string, string[] | null> | null) =>
  data({ answer: answerOf(form, Object.fromEntries(Object.entries(errors ?? {}).map(([name, said]) => [name, said ?? []]))), preview: null }, { status: 422 });

function refused(form: FormData, reason: string) {
  const { status, sentence } = refusalText(reason);
  return data({ answer: answerOf(form, { "": [sentence] }), preview: null }, { status });
}

export default function ReporterPage() {
  const { id, platform, record, measures, reports, me, mayMeasure, mayRule, hasAddress, kind, language, createdAt, now } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const seen = { now, zone: platform.zone };
  return (
    <>
      <PageHeader
        crumbs={[{ label: "Reports to match", to: "/intake" }, { label: "Reporters", to: "/reporters" }, { label: `Reporter ${id.slice(-6)}` }]}
        title={`Reporter ${id.slice(-6)}`}
        lead={`Reports to ${platform.name}. Who it is stays sealed.`}
      />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_360px]">
        <div className="grid min-w-0 gap-4">
          {mayMeasure && record.allows ? <MeasureForm kind={record.allows} answer={sent?.answer ?? null} preview={sent?.preview ?? null} /> : null}
          <Panel title="What was done" id="measures">
            <Measures measures={measures} me={me} mayRule={mayRule} answer={sent?.answer ?? null} seen={seen} />
          </Panel>
          <Panel title="Reports" id="reports">
            <ReportLines reports={reports} seen={seen} />
          </Panel>
        </div>
        <div className="grid min-w-0 gap-4">
          <RecordPanel {...record} seen={seen} />
          <Panel title="Reporter" id="reporter">
            <Facts
              facts={[
                { name: "Kind", value: kind.replaceAll("_", " ") },
                { name: "Language", value: language },
                { name: "Known since", value: <Time at={createdAt} {...seen} /> },
                { name: "Address", value: hasAddress ? "on record, sealed" : "none: cannot be told anything" },
              ]}
            />
          </Panel>
        </div>
      </div>
    </>
  );
}

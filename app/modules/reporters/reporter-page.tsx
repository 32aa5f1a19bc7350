import { Form } from "@remix-run/react";
import { Badge, StatusPill } from "~/components/badge";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { countedDays, muteDays, thresholds, type Figures } from "./reporter-record";

export interface Seen {
  now: string;
  zone: string;
}

export interface FormAnswer {
  intent: string;
  measureId: string | null;
  values: Record<string, string>;
  errors: Record<string, string[]>;
}

export const inFigures = ({ unfounded, judged }: Figures): string => `${unfounded} unfounded of ${judged} judged`;

/** Where the reporter stands, and what their record allows now. */
export function RecordPanel({ recent, sinceWarning, mutedUntil, allows, seen }: { recent: Figures; sinceWarning: Figures | null; mutedUntil: string | null; allows: "warning" | "mute" | null; seen: Seen }) {
  return (
    <Panel title="Record" id="record">
      <Facts
        facts={[
          { name: `Last ${countedDays} days`, value: inFigures(recent) },
          { name: "Since the warning", value: sinceWarning ? inFigures(sinceWarning) : "Not warned" },
          ...(mutedUntil ? [{ name: "Set aside until", value: <Time at={mutedUntil} {...seen} /> }] : []),
          { name: "Allows", value: allows === "warning" ? "a warning" : allows === "mute" ? "setting reports aside" : "nothing now" },
        ]}
      />
      <p className="mt-3 max-w-prose text-sm text-muted">
        Unfounded means that a case found no breach, or that it was no report at all. A warning takes {thresholds.warning.unfounded}, setting aside {thresholds.mute.unfounded} more after it reached
        them, and each time at least {thresholds.warning.share * 100} % of what was judged.
      </p>
    </Panel>
  );
}

export function MeasureForm({ kind, answer, preview }: { kind: "warning" | "mute"; answer: FormAnswer | null; preview: { subject: string; text: string } | null }) {
  const own = answer && answer.intent !== "rule" ? answer : null;
  return (
    <Panel title={kind === "warning" ? "Warn this reporter" : "Set new reports aside"} id="measure">
      <Form method="post" className="grid gap-4" noValidate>
        {own && Object.keys(own.errors).length > 0 ? <ErrorSummary entries={Object.entries(own.errors).map(([name, errors]) => ({ id: name || null, errors }))} /> : null}
        <input type="hidden" name="kind" value={kind} />
        <TextareaField name="reason" label="Why" hint="The reporter reads this. They get the figures with it, and how to object." required maxLength={2000} defaultValue={own?.values.reason} errors={own?.errors.reason} />
        {kind === "mute" ? (
          <InputField name="days" label="For how many days" type="number" min={1} max={muteDays.most} defaultValue={own?.values.days ?? String(muteDays.usual)} errors={own?.errors.days} hint={`At most ${muteDays.most}. Reports of the gravest kind are worked on all the same.`} />
        ) : null}
        {preview ? (
          <section aria-label="What the reporter gets" className="rounded-md border border-line bg-sunken p-3 text-sm">
            <p className="font-semibold">{preview.subject}</p>
            <pre className="mt-2 font-sans whitespace-pre-wrap wrap-anywhere">{preview.text}</pre>
          </section>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" name="intent" value="preview">
            Preview the mail
          </Button>
          <Button type="submit" name="intent" value="measure" variant="danger">
            {kind === "warning" ? "Send the warning" : "Set reports aside and tell them"}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

export interface MeasureView {
  id: string;
  reference: string;
  kind: "warning" | "mute";
  state: "active" | "expired" | "lifted";
  unfounded: number;
  judged: number;
  reason: string;
  decider: string;
  deciderId: string;
  startsAt: string;
  endsAt: string | null;
  informedAt: string | null;
  objection: string | null;
  objectionLate: boolean;
  objectionDueAt: string | null;
  ruling: "upheld" | "lifted" | null;
  grounds: string | null;
  ruledBy: string | null;
  setAside: number;
}

export function Measures({ measures, me, mayRule, answer, seen }: { measures: readonly MeasureView[]; me: string; mayRule: boolean; answer: FormAnswer | null; seen: Seen }) {
  if (measures.length === 0) return <p className="text-sm text-muted">Nothing was ever done about this reporter.</p>;
  return (
    <ul className="grid gap-5">
      {measures.map((measure) => (
        <li key={measure.id} className="text-sm">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-semibold">{measure.kind === "warning" ? "Warning" : "Reports set aside"}</span>
            <span className="font-mono text-xs">{measure.reference}</span>
            <StatusPill tone={measure.state === "active" ? "warn" : "neutral"}>{measure.state === "lifted" ? "taken back" : measure.state}</StatusPill>
            {measure.kind === "mute" ? <Badge>{`${measure.setAside} set aside`}</Badge> : null}
          </p>
          <p className="mt-1 text-muted">
            {inFigures(measure)} · by {measure.decider} · <Time at={measure.startsAt} {...seen} />
            {measure.endsAt && measure.state !== "lifted" ? (
              <>
                {" "}
                until <Time at={measure.endsAt} {...seen} />
              </>
            ) : null}
            {measure.informedAt ? null : " · not told yet"}
          </p>
          <p dir="auto" className="mt-1 max-w-prose whitespace-pre-wrap wrap-anywhere">
            {measure.reason}
          </p>
          {measure.objection ? (
            <blockquote dir="auto" className="mt-2 max-w-prose border-l-4 border-line pl-3 whitespace-pre-wrap wrap-anywhere">
              <span className="block text-xs text-muted">
                The reporter objects{measure.objectionLate ? ", late" : ""}
              </span>
              {measure.objection}
            </blockquote>
          ) : null}
          {measure.objectionDueAt && !measure.ruling ? <Deadline at={measure.objectionDueAt} {...seen} /> : null}
          {measure.ruling ? (
            <p className="mt-2 max-w-prose">
              <span className="font-semibold">{measure.ruling === "lifted" ? "Taken back" : "Upheld"}</span> by {measure.ruledBy}: {measure.grounds}
            </p>
          ) : measure.objection ? (
            measure.deciderId === me ? (
              <p className="mt-2 text-muted">You took this measure, so somebody else answers.</p>
            ) : mayRule ? (
              <RulingForm measureId={measure.id} answer={answer?.intent === "rule" && answer.measureId === measure.id ? answer : null} />
            ) : null
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function RulingForm({ measureId, answer }: { measureId: string; answer: FormAnswer | null }) {
  const id = (name: string) => `${name}-${measureId}`;
  return (
    <Form method="post" className="mt-3 grid max-w-prose gap-3" noValidate>
      {answer ? <ErrorSummary entries={Object.entries(answer.errors).map(([name, errors]) => ({ id: name ? id(name) : null, errors }))} /> : null}
      <input type="hidden" name="measureId" value={measureId} />
      <RadioGroup
        label="What becomes of it"
        name="ruling"
        id={id("ruling")}
        required
        defaultValue={answer?.values.ruling}
        errors={answer?.errors.ruling}
        options={[
          { value: "upheld", label: "It stands" },
          { value: "lifted", label: "Take it back", hint: "What was set aside comes back to be worked on." },
        ]}
      />
      <TextareaField id={id("grounds")} name="grounds" label="Grounds" hint="The reporter gets them." required maxLength={4000} defaultValue={answer?.values.grounds} errors={answer?.errors.grounds} />
      <div>
        <Button type="submit" name="intent" value="rule" variant="primary">
          Answer the objection
        </Button>
      </div>
    </Form>
  );
}

export interface ReportLine {
  id: string;
  reference: string;
  outcome: string;
  receivedAt: string;
  setAside: boolean;
  caseReference: string | null;
}

export function ReportLines({ reports, seen }: { reports: readonly ReportLine[]; seen: Seen }) {
  if (reports.length === 0) return <p className="text-sm text-muted">No report.</p>;
  return (
    <ul className="grid gap-2 text-sm">
      {reports.map((report) => (
        <li key={report.id} className="flex flex-wrap items-center gap-x-3">
          <TextLink to={report.caseReference ? `/cases/${report.caseReference}` : `/intake/${report.id}`} className="font-mono text-xs">
            {report.reference}
          </TextLink>
          <span>{report.outcome}</span>
          {report.setAside ? <Badge>set aside</Badge> : null}
          <span className="ml-auto text-muted">
            <Time at={report.receivedAt} {...seen} brief />
          </span>
        </li>
      ))}
    </ul>
  );
}

import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { PageHeader } from "~/components/page-header";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import type { Locale } from "~/infra/http/locale";
import { reporterWords } from "./reporter-words";

export interface StandingMeasure {
  id: string;
  reference: string;
  kind: "warning" | "mute";
  state: "active" | "expired" | "lifted";
  unfounded: number;
  judged: number;
  reason: string;
  startsAt: string;
  endsAt: string | null;
  objection: string | null;
  objectedAt: string | null;
  objectionDueAt: string | null;
  ruling: "upheld" | "lifted" | null;
  grounds: string | null;
}

export interface ReporterStandingProps {
  locale: Locale;
  now: string;
  platform: { name: string; zone: string; appealWindowDays: number; appealSlaBusinessDays: number };
  measures: readonly StandingMeasure[];
  sent: boolean;
  failed: { measureId: string; objection: string; error: string } | null;
}

/** What a reporter was told about their reporting, and the form to object: works without JavaScript. */
export function ReporterStanding({ locale, now, platform, measures, sent, failed }: ReporterStandingProps) {
  const words = reporterWords(locale);
  const seen = { now, zone: platform.zone, locale };
  return (
    <>
      <PageHeader title={words.title} lead={words.lead(platform.name)} />
      {sent ? (
        <Callout tone="ok" role="status" className="mb-4">
          {words.sent}
        </Callout>
      ) : null}
      {measures.length === 0 ? <p>{words.none}</p> : null}
      <div className="grid gap-6">
        {measures.map((measure) => (
          <Panel key={measure.id} title={`${words.kinds[measure.kind]} · ${measure.reference}`} id={measure.id}>
            <Facts
              facts={[
                { name: words.states[measure.state], value: words.figures(measure.unfounded, measure.judged) },
                { name: words.told, value: <Time at={measure.startsAt} {...seen} /> },
                ...(measure.endsAt && measure.state !== "lifted" ? [{ name: words.until, value: <Time at={measure.endsAt} {...seen} /> }] : []),
                ...(measure.objectionDueAt && !measure.ruling ? [{ name: words.due, value: <Deadline at={measure.objectionDueAt} {...seen} /> }] : []),
              ]}
            />
            <Words title={words.why}>{measure.reason}</Words>
            {measure.kind === "mute" && measure.state === "active" ? <p className="mt-3">{words.kept}</p> : null}
            {measure.objection ? <Words title={words.yours}>{measure.objection}</Words> : null}
            {measure.ruling ? (
              <>
                <p className="mt-4 font-semibold">{words.rulings[measure.ruling]}</p>
                <Words title={words.answer}>{measure.grounds}</Words>
              </>
            ) : null}
            {measure.objection || measure.state === "lifted" ? null : <ObjectionForm locale={locale} platform={platform} measureId={measure.id} failed={failed?.measureId === measure.id ? failed : null} />}
          </Panel>
        ))}
      </div>
    </>
  );
}

function Words({ title, children }: { title: string; children: string | null }) {
  return (
    <div className="mt-4">
      <p className="text-sm text-muted">{title}</p>
      <blockquote dir="auto" className="mt-1 max-w-prose border-l-4 border-line pl-3 whitespace-pre-wrap wrap-anywhere">
        {children}
      </blockquote>
    </div>
  );
}

function ObjectionForm({ locale, platform, measureId, failed }: Pick<ReporterStandingProps, "locale" | "platform" | "failed"> & { measureId: string }) {
  const words = reporterWords(locale);
  const id = `objection-${measureId}`;
  return (
    <Form method="post" className="mt-5 grid gap-3" noValidate>
      <h3 className="font-semibold">{words.object}</h3>
      {failed ? <ErrorSummary title={words.errors.title} entries={[{ id, errors: [failed.error] }]} /> : null}
      <p className="max-w-prose text-muted">{words.objectLead(platform.appealWindowDays, platform.appealSlaBusinessDays)}</p>
      <input type="hidden" name="measureId" value={measureId} />
      <TextareaField id={id} name="objection" label={words.objection} required maxLength={4000} defaultValue={failed?.objection} errors={failed ? [failed.error] : undefined} />
      <div>
        <Button type="submit" variant="primary">
          {words.send}
        </Button>
      </div>
    </Form>
  );
}

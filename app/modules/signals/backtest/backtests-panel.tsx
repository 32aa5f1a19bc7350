import { Form } from "@remix-run/react";
import { StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { TextLink } from "~/components/link";
import { InputField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { FormAnswer } from "../rule-form";
import type { RulePage } from "../rules.queries.server";
import type { BacktestsOfRule } from "./backtest.queries.server";

const looks: Record<BacktestsOfRule["list"][number]["state"], { tone: Tone; shape: "ring" | "bar" | "dot" | "square"; label: string }> = {
  running: { tone: "info", shape: "ring", label: "Running" },
  finished: { tone: "ok", shape: "dot", label: "Finished" },
  cancelled: { tone: "neutral", shape: "square", label: "Cancelled" },
  failed: { tone: "danger", shape: "bar", label: "Failed" },
};

export function BacktestStatePill({ state }: { state: keyof typeof looks }) {
  const { label, ...look } = looks[state];
  return <StatusPill {...look}>{label}</StatusPill>;
}

const text = (value: string | readonly string[] | undefined): string | undefined => (typeof value === "string" ? value : value?.[0]);

/** Which days a back-test judges. Stands in a form of its own for a version, or in that of the draft. */
export function BacktestDays({ backtests: { days, retentionDays }, answer, idPrefix }: { backtests: BacktestsOfRule; answer: FormAnswer | null; idPrefix: string }) {
  if (!days) return <p className="text-sm text-muted">{`Events are kept ${retentionDays} days, and this rule looks further back than that: no day of it can be tried.`}</p>;
  const field = (name: "firstDay" | "lastDay", start: string) => ({ id: `${idPrefix}${name}`, name, min: days.first, max: days.last, defaultValue: text(answer?.values[name]) ?? start, errors: answer?.errors[name] ? [...answer.errors[name]] : undefined });
  const weekBefore = new Date(Date.parse(days.last) - 6 * 86_400_000).toISOString().slice(0, 10);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <InputField label="First day" type="date" hint={`From ${days.first} on: events are kept ${retentionDays} days, and the days the rule looks back to have to be among them.`} {...field("firstDay", weekBefore < days.first ? days.first : weekBefore)} required />
      <InputField label="Last day" type="date" hint={`Until ${days.last}, the last day that is over. What comes later than the start is not counted.`} {...field("lastDay", days.last)} required />
    </div>
  );
}

/** What was tried of this rule, and a version that waits to be. */
export function BacktestsPanel({ page, backtests, mayEdit, answer, now }: { page: RulePage; backtests: BacktestsOfRule; mayEdit: boolean; answer: FormAnswer | null; now: string }) {
  const { next, platform } = page;
  return (
    <Panel title="Back-tests" id="backtests">
      <div className="grid gap-4 text-sm">
        {mayEdit && next && backtests.days ? (
          <Form method="post" action="#backtests" noValidate className="grid max-w-2xl gap-3 border-b border-line pb-4">
            <p>{`Version ${next.version} is to begin. It can be tried over stored events before it does.`}</p>
            <input type="hidden" name="version" value={next.version} />
            {answer?.errors[""] ? <p role="alert" className="text-danger">{answer.errors[""].join(" ")}</p> : null}
            <BacktestDays backtests={backtests} answer={answer} idPrefix="try-" />
            <div>
              <Button type="submit" name="intent" value="try-version">{`Try version ${next.version}`}</Button>
            </div>
          </Form>
        ) : null}
        {backtests.list.length === 0 ? <p className="text-muted">Nothing was tried yet. A change can be tried over stored events before it is saved.</p> : null}
        {backtests.list.length > 0 ? (
          <ol className="grid gap-3">
            {backtests.list.map((one) => (
              <li key={one.id} className="grid gap-1">
                <p className="flex flex-wrap items-center gap-2">
                  <TextLink to={`/settings/rules/${platform.key}/${page.rule}/backtests/${one.id}`} className="font-medium">
                    {one.version ? `Version ${one.version}` : (one.changes[0] ?? "The rule as it is")}
                  </TextLink>
                  <BacktestStatePill state={one.state} />
                </p>
                <p className="text-muted">
                  {`Started by ${one.by} `}
                  <Time at={one.createdAt} now={now} zone={platform.zone} />
                </p>
              </li>
            ))}
          </ol>
        ) : null}
      </div>
    </Panel>
  );
}

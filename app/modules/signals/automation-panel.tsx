import { Form } from "@remix-run/react";
import { StatusPill, type Tone } from "~/components/badge";
import { Button } from "~/components/button";
import { CheckboxField } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { AutomationState } from "./rule-automation";
import type { FormAnswer } from "./rule-form";
import { proposalInWords } from "./rule-interim";
import type { RulePage } from "./rules.queries.server";

const states: Record<AutomationState, { tone: Tone; label: string }> = {
  asked: { tone: "warn", label: "Waits for a second person" },
  on: { tone: "danger", label: "On: nobody looks first" },
  rejected: { tone: "neutral", label: "Rejected" },
  withdrawn: { tone: "neutral", label: "Taken back" },
  lapsed: { tone: "neutral", label: "Lapsed" },
  off: { tone: "neutral", label: "Switched off" },
};

interface Props {
  page: RulePage;
  me: string;
  mayAsk: boolean;
  mayConfirm: boolean;
  answer: FormAnswer | null;
  now: string;
}

/** Whether the rule's measure takes effect by itself: who asked for it, who confirmed it, and the forms that change it. */
export function AutomationPanel({ page, me, mayAsk, mayConfirm, answer, now }: Props) {
  const live = page.automation.find(({ state }) => state === "asked" || state === "on");
  const errors = Object.values(answer?.errors ?? {}).flat();
  const seen = { now, zone: page.platform.zone };
  return (
    <Panel title="Measures by itself" id="automation">
      <p className="mb-3 max-w-prose text-sm text-muted">
        A rule restricts nobody by itself. Two people can switch on that its proposal takes effect at once, for one clause and one version: one asks, another who may approve decisions confirms. Account holders are told that no person looked first.
      </p>
      <ErrorSummary title="Nothing was changed" entries={errors.length > 0 ? [{ id: null, errors }] : []} />
      <ul className="grid gap-3 text-sm">
        {page.automation.map((one) => (
          <li key={one.id} className="grid gap-1 border-b border-line pb-3 last:border-0">
            <p className="flex flex-wrap items-center gap-2">
              <StatusPill tone={states[one.state].tone}>{states[one.state].label}</StatusPill>
              <span>
                {one.clauseCode}, version {one.ruleVersion}
              </span>
              {one.state === "on" && one.ruleVersion !== page.current?.version ? <span>of another version than the one in force: it takes no more measures</span> : null}
            </p>
            <p className="text-muted">
              Asked for by {one.askedBy} <Time at={one.askedAt} {...seen} brief />
              {one.confirmedBy ? (
                <>
                  , confirmed by {one.confirmedBy}; from <Time at={one.effectiveFrom} {...seen} />
                </>
              ) : null}
              {one.ended ? (
                <>
                  , ended{one.ended.by ? ` by ${one.ended.by}` : ""} <Time at={one.ended.at} {...seen} brief />: {one.ended.reason}
                </>
              ) : null}
              . {one.measures.toLocaleString("en-US")} {one.measures === 1 ? "measure" : "measures"} under it.
            </p>
            <p className="wrap-anywhere">{one.reason}</p>
            {one === live ? <Answer live={one} me={me} mayAsk={mayAsk} mayConfirm={mayConfirm} /> : null}
          </li>
        ))}
      </ul>
      {!live && mayAsk && page.current?.mode === "signal_and_interim" && page.measure ? (
        <details open={answer !== null} className="mt-3">
          <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">Ask for it</summary>
          <Form method="post" action="#automation" className="mt-3 grid max-w-xl gap-4">
            <input type="hidden" name="ruleVersion" value={page.current.version} />
            <CheckboxField id="automation-clause" name="confirmedClause" value={page.clause} label={`${proposalInWords(page.measure, page.featureNames).replace(/^a/, "A")} takes effect without a person, for ${page.clause}`} required />
            <InputField id="automation-day" name="effectiveOn" type="date" min={page.tomorrow} label="From" hint="Empty: as soon as it is confirmed." />
            <TextareaField id="automation-reason" name="reason" label="Why this cannot wait for a person" rows={2} required />
            <div>
              <Button type="submit" name="intent" value="ask-automation">
                Ask a second person
              </Button>
            </div>
          </Form>
        </details>
      ) : null}
    </Panel>
  );
}

function Answer({ live, me, mayAsk, mayConfirm }: { live: RulePage["automation"][number]; me: string; mayAsk: boolean; mayConfirm: boolean }) {
  const mine = live.askedById === me;
  const on = live.state === "on";
  const may = on ? mayAsk || mayConfirm : mine ? mayAsk : mayConfirm;
  if (!may) return null;
  return (
    <Form method="post" action="#automation" className="mt-2 grid max-w-xl gap-3">
      <input type="hidden" name="automationId" value={live.id} />
      <InputField id="automation-answer" name="reason" label={on ? "Why it is switched off" : mine ? "Why you take it back" : "Why you reject it"} hint={on || mine ? undefined : "Confirming takes no words."} required={on || mine} autoComplete="off" />
      <div className="flex flex-wrap gap-2">
        {on ? (
          <Button type="submit" name="intent" value="end-automation">
            Switch it off
          </Button>
        ) : mine ? (
          <Button type="submit" name="intent" value="withdraw-automation">
            Take it back
          </Button>
        ) : (
          <>
            <Button type="submit" name="intent" value="confirm-automation" variant="danger">
              Confirm: nobody looks first
            </Button>
            <Button type="submit" name="intent" value="reject-automation">
              Reject
            </Button>
          </>
        )}
      </div>
    </Form>
  );
}

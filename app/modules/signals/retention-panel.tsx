import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxField } from "~/components/choice";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { retentionBounds } from "./event-retention";
import type { FormAnswer } from "./rule-form";

/** For how long a platform's events are kept, why not for less, and how it is changed. */
export function RetentionPanel({ days, least, answer }: { days: number; least: number; answer: FormAnswer | null }) {
  const field = (name: string, start: string) => {
    const sent = answer?.values[name];
    return { id: `retention-${name}`, name, errors: answer?.errors[name] ? [...answer.errors[name]] : undefined, defaultValue: typeof sent === "string" ? sent : start };
  };
  return (
    <Panel title="How long events are kept" id="retention">
      <div className="grid max-w-prose gap-2 text-sm">
        <p>
          <strong className="tabular-nums">{days} days</strong> of UTC. What is older is dropped, every hour. Signals keep copies of the events that prove them, and counts by the hour stay longer.
        </p>
        <p className="text-muted">
          Not fewer than <span className="tabular-nums">{least}</span>: as far as this platform’s rules look back, the 28 days an account is compared with among them, three days that an event may be late, and the day that has begun. A back-test
          reaches back as far as events are kept.
        </p>
      </div>
      <details open={answer !== null} className="mt-3">
        <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">Change it</summary>
        <Form method="post" noValidate className="mt-4 grid max-w-xl gap-4">
          <ErrorSummary title="Nothing was changed" entries={Object.entries(answer?.errors ?? {}).map(([name, errors]) => ({ id: name ? `retention-${name}` : null, errors }))} />
          <input type="hidden" name="basedOn" value={days} />
          <InputField label="Days" inputMode="numeric" hint={`A whole number from ${least} to ${retentionBounds.max}.`} {...field("days", String(days))} required />
          <CheckboxField label="Events older than that may be dropped for good" hint={`Needed for fewer than ${days} days.`} id="retention-confirmed" name="confirmed" errors={answer?.errors.confirmed ? [...answer.errors.confirmed] : undefined} />
          <TextareaField label="Why it changes" rows={2} hint="It stays in the audit trail." {...field("reason", "")} required />
          <Button type="submit" name="intent" value="retention" variant="primary" className="justify-self-start">
            Set the days
          </Button>
        </Form>
      </details>
    </Panel>
  );
}

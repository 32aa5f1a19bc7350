import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { ErrorSummary } from "~/components/error-summary";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import type { FormAnswer } from "./rule-form";
import { mostPoints, pointDays, thresholdBounds } from "./signal-points";

interface ThresholdPanelProps {
  platform: { key: string; name: string };
  threshold: number;
  mayEdit: boolean;
  answer: FormAnswer | null;
}

/** From how many points on signals open a case, in words; and how it is changed. */
export function ThresholdPanel({ platform, threshold, mayEdit, answer }: ThresholdPanelProps) {
  const field = (name: string, start: string) => {
    const sent = answer?.values[name];
    return { id: `threshold-${name}`, name, errors: answer?.errors[name] ? [...answer.errors[name]] : undefined, defaultValue: typeof sent === "string" ? sent : start };
  };
  return (
    <Panel title="When signals open a case" id="threshold">
      <div className="grid max-w-prose gap-2 text-sm">
        <p>
          Signals of one account in one policy area open a case when together they have <strong className="tabular-nums">{threshold}</strong> points or more. Each counts for {pointDays} days. Where a case is open already, they join it
          whatever they have.
        </p>
        <p className="text-muted">A signal’s points are its score of 0 to 100, weighed by its rule and by how grave its clause is: {mostPoints.toLocaleString("en-US")} at most. Shadows do not count.</p>
      </div>
      {mayEdit ? (
        <details open={answer !== null} className="mt-3">
          <summary className="w-fit cursor-pointer text-sm font-medium text-accent underline underline-offset-2">Change the threshold</summary>
          <Form method="post" action={`?platform=${platform.key}#threshold`} noValidate className="mt-4 grid max-w-xl gap-4">
            <ErrorSummary title="The threshold was not changed" entries={Object.entries(answer?.errors ?? {}).map(([name, errors]) => ({ id: name ? `threshold-${name}` : null, errors }))} />
            <input type="hidden" name="basedOn" value={threshold} />
            <InputField
              label="Points that open a case"
              inputMode="numeric"
              hint={`A whole number from ${thresholdBounds.min} to ${thresholdBounds.max.toLocaleString("en-US")}. It holds from an account’s next signal on; cases that are open stay.`}
              {...field("signalThreshold", String(threshold))}
              required
            />
            <TextareaField label="Why it changes" rows={2} hint="It stays in the audit trail." {...field("reason", "")} required />
            <Button type="submit" name="intent" value="threshold" variant="primary" className="justify-self-start">
              Set the threshold
            </Button>
          </Form>
        </details>
      ) : null}
    </Panel>
  );
}

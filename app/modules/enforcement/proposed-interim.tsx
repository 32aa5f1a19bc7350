import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import type { ChangeAnswer } from "./action-change";

/** An interim measure that waits for a second person: judged, or taken back, where it stands. */
export function ProposedInterim({ mine, mayApprove, answer }: { mine: boolean; mayApprove: boolean; answer: ChangeAnswer | undefined }) {
  const busy = useNavigation().state !== "idle";
  const errors = answer?.intent.endsWith("-interim") ? answer.errors : [];
  return (
    <Panel title="This waits for a second person" id="answer-interim">
      <Form method="post" className="grid gap-3">
        <p className="text-sm text-muted">Nothing holds and nobody was told yet. Once approved it holds at once, for as many days as were proposed, and the account holder reads the reason beside. It lapses after 72 hours.</p>
        {errors.length > 0 ? (
          <Callout tone="danger" role="alert">
            {errors.join(" ")}
          </Callout>
        ) : null}
        {mine || mayApprove ? <TextareaField id="answer-reason" name="reason" label={mine ? "Why you take it back" : "Why you reject it"} hint={mine ? undefined : "Approving takes no words."} rows={2} defaultValue={errors.length > 0 ? answer?.reason : undefined} /> : <p>Only a lead can answer this.</p>}
        <div className="flex flex-wrap gap-2">
          {mine ? (
            <Button type="submit" name="intent" value="withdraw-interim" disabled={busy}>
              Take it back
            </Button>
          ) : mayApprove ? (
            <>
              <Button type="submit" name="intent" value="approve-interim" variant="danger" disabled={busy}>
                Approve: it takes effect now
              </Button>
              <Button type="submit" name="intent" value="reject-interim" disabled={busy}>
                Reject
              </Button>
            </>
          ) : null}
        </div>
      </Form>
    </Panel>
  );
}

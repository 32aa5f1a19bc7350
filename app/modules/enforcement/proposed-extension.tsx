import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Deadline } from "~/components/time";
import type { ChangeAnswer } from "./action-change";
import type { ActionPage } from "./action.queries.server";

/** Days more of an interim measure that wait for a second person: judged, or taken back, where the measure stands. */
export function ProposedExtension({
  extension,
  mine,
  mayApprove,
  seen,
  answer,
}: {
  extension: NonNullable<ActionPage["extension"]>;
  mine: boolean;
  mayApprove: boolean;
  seen: { now: string; zone: string };
  answer: ChangeAnswer | undefined;
}) {
  const busy = useNavigation().state !== "idle";
  const errors = answer?.intent.endsWith("-extension") ? answer.errors : [];
  return (
    <Panel title="More days wait for a second person" id="answer-extension" aside={<Deadline at={extension.expiresAt} {...seen} soonHours={12} />}>
      <Form method="post" className="grid gap-3">
        <p>
          {mine ? "You" : extension.proposer} proposed <strong className="font-semibold">{extension.days === 1 ? "1 day more" : `${extension.days} days more`}</strong>, counted from its end.
        </p>
        <p className="whitespace-pre-wrap wrap-anywhere">{extension.reason}</p>
        <p className="text-sm text-muted">Until somebody approves, it ends when it would have, and the account holder is told nothing. Once approved, they are sent the words above.</p>
        {errors.length > 0 ? (
          <Callout tone="danger" role="alert">
            {errors.join(" ")}
          </Callout>
        ) : null}
        {mine || mayApprove ? (
          <TextareaField id="extension-answer" name="reason" label={mine ? "Why you take it back" : "Why you reject it"} hint={mine ? undefined : "Approving takes no words."} rows={2} defaultValue={errors.length > 0 ? answer?.reason : undefined} />
        ) : (
          <p>Only a lead can answer this.</p>
        )}
        <div className="flex flex-wrap gap-2">
          {mine ? (
            <Button type="submit" name="intent" value="withdraw-extension" disabled={busy}>
              Take it back
            </Button>
          ) : mayApprove ? (
            <>
              <Button type="submit" name="intent" value="approve-extension" variant="danger" disabled={busy}>
                Approve: it lasts longer now
              </Button>
              <Button type="submit" name="intent" value="reject-extension" disabled={busy}>
                Reject
              </Button>
            </>
          ) : null}
        </div>
      </Form>
    </Panel>
  );
}

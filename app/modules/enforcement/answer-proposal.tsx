import { Form, useNavigation } from "@remix-run/react";
import type { ReactNode } from "react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import type { ChangeAnswer } from "./action-change";

interface Asked {
  /** What is judged, as the intents name it: `approve-interim`, `reject-interim`, `withdraw-interim`. */
  subject: "interim" | "extension" | "change";
  approve: string;
  mine: boolean;
  mayApprove: boolean;
  answer: ChangeAnswer | undefined;
  children: ReactNode;
}

/** The answer to what waits for a second person: whoever proposed it may take it back, nobody may approve their own. */
export function AnswerProposal({ subject, approve, mine, mayApprove, answer, children }: Asked) {
  const busy = useNavigation().state !== "idle";
  const errors = answer?.intent.endsWith(`-${subject}`) ? answer.errors : [];
  return (
    <Form method="post" className="grid gap-3">
      {children}
      {errors.length > 0 ? (
        <Callout tone="danger" role="alert">
          {errors.join(" ")}
        </Callout>
      ) : null}
      {mine || mayApprove ? (
        <TextareaField
          id={`${subject}-answer`}
          name="reason"
          label={mine ? "Why you take it back" : "Why you reject it"}
          hint={mine ? undefined : "Approving takes no words."}
          rows={2}
          defaultValue={errors.length > 0 ? answer?.reason : undefined}
        />
      ) : (
        <p>Only a lead can answer this.</p>
      )}
      <div className="flex flex-wrap gap-2">
        {mine ? (
          <Button type="submit" name="intent" value={`withdraw-${subject}`} disabled={busy}>
            Take it back
          </Button>
        ) : mayApprove ? (
          <>
            <Button type="submit" name="intent" value={`approve-${subject}`} variant="danger" disabled={busy}>
              {approve}
            </Button>
            <Button type="submit" name="intent" value={`reject-${subject}`} disabled={busy}>
              Reject
            </Button>
          </>
        ) : null}
      </div>
    </Form>
  );
}

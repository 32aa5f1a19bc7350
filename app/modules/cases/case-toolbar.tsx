import { Form } from "@remix-run/react";
import type { ReactNode } from "react";
import { Button, type ButtonVariant } from "~/components/button";
import { InputField, SelectField } from "~/components/inputs";
import type { CaseBody } from "./case-page.schema";
import { isOpenCase } from "./case-state";
import type { CaseState } from "./case-state";
import { type FormStamp, StampFields } from "./report-card";

export interface ToolbarCase {
  state: CaseState;
  escalated: boolean;
  heldBy: { id: string; name: string } | null;
}

/** What can be done with the case besides deciding it; only what its state and the person's role allow is shown. */
export function CaseToolbar({
  found,
  stamp,
  me,
  mayWork,
  mayReassign,
  colleagues,
}: {
  found: ToolbarCase;
  stamp: FormStamp;
  me: string;
  mayWork: boolean;
  mayReassign: boolean;
  colleagues: CaseBody["colleagues"];
}) {
  if (!mayWork && !mayReassign) return null;
  const open = isOpenCase(found.state);
  const mine = found.heldBy?.id === me;
  const workers = colleagues.map((person) => ({ value: person.id, label: person.id === me ? `${person.name} (you)` : person.name }));
  const leads = colleagues.filter((person) => person.roles.includes("lead")).map((person) => ({ value: person.id, label: person.name }));
  return (
    <div key={stamp.version} className="flex flex-wrap items-start gap-2">
      {mayWork && open && !found.heldBy ? <OneButton stamp={stamp} intent="claim" label="Claim" variant="primary" keys="c" /> : null}
      {mayWork && mine ? <OneButton stamp={stamp} intent="release" label="Release" /> : null}
      {mayWork && found.state === "waiting_for_information" ? <OneButton stamp={stamp} intent="resume" label="Go on without an answer" /> : null}
      {mayWork && open && !found.escalated ? (
        <ReasonForm stamp={stamp} intent="escalate" label="Escalate">
          <SelectField id="escalate-to" name="staffId" label="To" placeholder="Whichever lead looks first" options={leads} />
        </ReasonForm>
      ) : null}
      {mayReassign && found.escalated ? <ReasonForm stamp={stamp} intent="deescalate" label="End escalation" /> : null}
      {mayReassign && open ? (
        <ReasonForm stamp={stamp} intent="reassign" label="Reassign">
          <SelectField id="reassign-to" name="staffId" label="To" placeholder="Nobody: back to the queue" options={workers} />
        </ReasonForm>
      ) : null}
      {mayWork && found.state === "decided" ? <ReasonForm stamp={stamp} intent="close" label="Close" /> : null}
      {mayWork && found.state === "closed" ? <ReasonForm stamp={stamp} intent="reopen" label="Reopen" /> : null}
    </div>
  );
}

function OneButton({ stamp, intent, label, variant, keys }: { stamp: FormStamp; intent: string; label: string; variant?: ButtonVariant; keys?: string }) {
  return (
    <Form method="post" preventScrollReset>
      <StampFields stamp={stamp} />
      <Button type="submit" name="intent" value={intent} variant={variant} size="sm" keys={keys} id={`do-${intent}`}>
        {label}
      </Button>
    </Form>
  );
}

/** An action that takes a written reason; it opens in place, without JavaScript too. */
function ReasonForm({ stamp, intent, label, children }: { stamp: FormStamp; intent: string; label: string; children?: ReactNode }) {
  return (
    <details className="relative max-sm:open:w-full">
      <summary className="inline-flex min-h-7 list-none items-center rounded-md border border-edge bg-surface px-2 text-sm font-medium hover:bg-hover [&::-webkit-details-marker]:hidden">
        {label}
      </summary>
      <Form
        method="post"
        preventScrollReset
        className="mt-1 grid gap-3 rounded-md border border-line bg-surface p-3 shadow-overlay sm:absolute sm:right-0 sm:z-20 sm:w-72"
      >
        <StampFields stamp={stamp} />
        {children}
        <InputField id={`${intent}-reason`} name="reason" label="Why" required maxLength={2000} autoComplete="off" />
        <Button type="submit" name="intent" value={intent} variant="primary" size="sm">
          {label}
        </Button>
      </Form>
    </details>
  );
}

import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { CheckboxGroup, RadioGroup } from "~/components/choice";
import { Callout } from "~/components/flash";
import { InputField, TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Deadline } from "~/components/time";
import { absoluteTime } from "~/components/time-format";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { ActionPage } from "./action.queries.server";
import { AnswerProposal } from "./answer-proposal";
import { actionKindNames, actionKinds } from "./measure";
import { lastsInWords } from "./replacement";
import type { AnswerPreview } from "./preview-answer.server";
import type { ReplacementPreview } from "./preview-replacement.server";
import { AnswerEffects, GateChanges, HolderMessages } from "./previewed-effects";

/** What a form of this page came back with: its words, what is wrong, or what it would do. */
export interface ChangeAnswer {
  intent: string;
  what: string;
  errors: string[];
  reason: string;
  days: string;
  kind: string;
  features: string[];
  preview: ReplacementPreview | null;
  leaks?: Finding[];
}

type Seen = { now: string; zone: string };

/** Lets a decided action last longer, or puts another measure in its place; each is previewed by what committing would do. */
export function ChangeForms({ found, answer, mayLift }: { found: ActionPage; answer: ChangeAnswer | undefined; mayLift: boolean }) {
  const of = (what: string) => (answer?.what === what ? answer : undefined);
  const kinds = actionKinds.filter((kind) => kind !== "law_enforcement_referral" && (mayLift || kind !== "warning"));
  const [extending, replacing] = [of("extend"), of("replace")];
  return (
    <>
      {found.endsAt && (found.kind === "suspension" || found.kind === "feature_restriction") ? (
        <ChangeForm what="extend" title="Let it last longer" button="Extend it" answer={extending} zone={found.zone} isHidden={found.noTipOff}>
          <InputField id="extend-days" label="Days more" name="days" type="number" min={1} max={3650} required defaultValue={extending?.days ?? "7"} />
        </ChangeForm>
      ) : null}
      <ChangeForm what="replace" title="Put another measure in its place" button="Replace it" answer={replacing} zone={found.zone} isHidden={found.noTipOff}>
        <RadioGroup id="replace-kind" name="kind" label="Measure" required defaultValue={replacing?.kind ?? found.kind} options={kinds.map((kind) => ({ value: kind, label: actionKindNames[kind] }))} />
        <InputField id="replace-days" label="Days" name="days" type="number" min={1} max={3650} hint="For a restriction or a suspension. Of the same kind, days served already count." defaultValue={replacing?.days ?? ""} />
        <CheckboxGroup id="replace-features" name="features" label="Features" hint="For a restriction." defaultValue={replacing?.features ?? found.featureCodes} options={found.featureChoices.map(({ code, name }) => ({ value: code, label: name }))} />
      </ChangeForm>
    </>
  );
}

type ChangeFormProps = { what: "extend" | "replace"; title: string; button: string; answer: ChangeAnswer | undefined; zone: string; /** Its holder must not learn of it. */ isHidden: boolean; children: React.ReactNode };

function ChangeForm({ what, title, button, answer, zone, isHidden, children }: ChangeFormProps) {
  const busy = useNavigation().state !== "idle";
  return (
    <Panel title={title} id={what}>
      <Form method="post" className="grid gap-3">
        {answer && answer.errors.length > 0 ? (
          <Callout tone="danger" role="alert">
            {answer.errors.join(" ")}
          </Callout>
        ) : null}
        <input type="hidden" name="what" value={what} />
        {children}
        <TextareaField id={`${what}-reason`} name="reason" label="Why" hint={isHidden ? "For the file. The account holder is not told." : "Sent to the account holder, with a new time to appeal."} rows={2} required defaultValue={answer?.reason} />
        <LeakFindings id={`${what}-leaks`} findings={answer?.leaks ?? []} />
        {answer?.preview ? <Preview preview={answer.preview} zone={zone} /> : null}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" name="intent" value="preview-change">
            Preview
          </Button>
          <Button type="submit" name="intent" value="change" variant="danger" disabled={busy}>
            {answer?.preview?.needsApproval ? "Propose it" : button}
          </Button>
        </div>
      </Form>
    </Panel>
  );
}

function Preview({ preview, zone }: { preview: ReplacementPreview; zone: string }) {
  return (
    <section aria-label="What this does" className="grid gap-2 rounded-md border border-line p-3 text-sm">
      <h3 className="font-semibold">What this does</h3>
      {preview.needsApproval ? <Callout tone="warn">A second person has to agree. Nothing changes and nobody is told until then.</Callout> : null}
      <ul className="grid list-disc gap-1 pl-5">
        <li>
          In place then: {preview.measure}
          {preview.endsAt ? `, until ${absoluteTime(preview.endsAt, zone)}` : ", with no end"}. Strikes stay as they are.
        </li>
        <GateChanges gate={preview.gate} zone={zone} />
        <li>Reporters are told nothing new: what they heard stays true.</li>
        <li>The platform hears that this action ended as superseded and that the new one started.</li>
      </ul>
      <HolderMessages messages={preview.messages} withheld={preview.withheld} />
    </section>
  );
}

/** A change that waits for a second person: judged, or taken back, where the action stands. */
export function PendingChange({ pending, preview, isHidden, mine, mayApprove, seen, answer }: { pending: NonNullable<ActionPage["pending"]>; preview: AnswerPreview | null; isHidden: boolean; mine: boolean; mayApprove: boolean; seen: Seen; answer: ChangeAnswer | undefined }) {
  return (
    <Panel title="A change waits for a second person" id="pending-change" aside={<Deadline at={pending.expiresAt} {...seen} soonHours={12} />}>
      <AnswerProposal subject="change" approve="Approve: it takes effect now" mine={mine} mayApprove={mayApprove} answer={answer?.what === "" ? answer : undefined}>
        <p>
          {mine ? "You" : pending.proposer} proposed: <strong className="font-semibold">{pending.measure}</strong>
          {lastsInWords(pending.lasts, seen.zone)}.
        </p>
        <p className="whitespace-pre-wrap wrap-anywhere">{pending.reason}</p>
        {preview ? <AnswerEffects preview={preview} zone={seen.zone} /> : null}
        <p className="text-sm text-muted">Approving puts it in the place of this action at once. {isHidden ? "The account holder is not told: they must not be tipped off." : "The account holder is told, with a new time to appeal."}</p>
      </AnswerProposal>
    </Panel>
  );
}

import { Form } from "@remix-run/react";
import { Button } from "~/components/button";
import { InputField, TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Deadline } from "~/components/time";
import type { Seen } from "../cases/report-card";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { RuleMeasureView } from "./rule-measures.queries.server";

/** An interim measure that a rule proposes: what it found, what would happen, and a person's answer. */
export function RuleMeasureProposal({ proposed, mayAnswer, keptReason, leaks, seen }: { proposed: RuleMeasureView; mayAnswer: boolean; keptReason: string | undefined; leaks: readonly Finding[]; seen: Seen }) {
  const id = `rule-measure-${proposed.id}`;
  return (
    <section aria-labelledby={id} className="mb-4 grid gap-2 border-b border-line pb-4 text-sm">
      <h3 id={id} className="font-semibold">
        A rule proposes {proposed.measure}
      </h3>
      <p>
        {proposed.title}, {proposed.clauseCode}: <TextLink to={`/signals/${proposed.signalId}`}>the signal it rests on</TextLink>.
      </p>
      <p className="text-muted">
        Nothing holds and nobody was told. Accepted, it holds at once and ends by itself; the account holder reads the words below, and that a machine found it and a person agreed.
      </p>
      <Deadline at={proposed.expiresAt} {...seen} soonHours={12} />
      {mayAnswer ? (
        <>
          <Form method="post" preventScrollReset className="grid gap-3">
            <input type="hidden" name="ruleMeasureId" value={proposed.id} />
            <LeakFindings id={`${id}-leaks`} findings={leaks} />
            <TextareaField id={`${id}-reason`} name="reason" label="What the account holder is told" rows={6} required maxLength={4000} defaultValue={keptReason ?? proposed.reason} />
            <div>
              <Button type="submit" name="intent" value="accept-rule-measure" variant="danger" size="sm">
                Accept the measure
              </Button>
            </div>
          </Form>
          <details>
            <summary className="w-fit text-accent underline underline-offset-2">Refuse it</summary>
            <Form method="post" preventScrollReset className="mt-2 grid gap-3">
              <input type="hidden" name="ruleMeasureId" value={proposed.id} />
              <InputField id={`${id}-answer`} name="answer" label="Why it is not needed" hint="For colleagues. The rule proposes nothing more for what happened before now." required maxLength={2000} autoComplete="off" />
              <div>
                <Button type="submit" name="intent" value="refuse-rule-measure" size="sm">
                  Refuse
                </Button>
              </div>
            </Form>
          </details>
        </>
      ) : null}
    </section>
  );
}

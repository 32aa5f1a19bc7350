import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { RadioGroup } from "~/components/choice";
import { TextareaField } from "~/components/inputs";
import { TextLink } from "~/components/link";
import { Facts, Panel } from "~/components/panel";
import { Time } from "~/components/time";
import { type FormStamp, StampFields } from "../cases/report-card";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import { strikeInWords } from "./decided-measure";
import type { ReviewedDecision, ReviewPanelData } from "./review.queries.server";

type Seen = { now: string; zone: string };

/** What was put up for review and why, what the ladder says now, and the ways to end it. */
export function ReviewPanel({ review, stamp, seen, keptReason, leaks }: { review: ReviewPanelData; stamp: FormStamp; seen: Seen; keptReason: string | undefined; leaks: readonly Finding[] }) {
  return (
    <Panel title="To be looked at again" id="review">
      <div className="grid gap-4">
        <p className="wrap-anywhere">{review.reason.replaceAll("_", " ")}</p>
        {review.decisions.map((decision) => (
          <Reviewed key={decision.id} decision={decision} seen={seen} />
        ))}
        <Ending review={review} stamp={stamp} keptReason={keptReason} leaks={leaks} />
      </div>
    </Panel>
  );
}

function Reviewed({ decision, seen }: { decision: ReviewedDecision; seen: Seen }) {
  return (
    <section aria-label={`Decision ${decision.reference}`} className="grid gap-3">
      <Facts
        facts={[
          { name: "Decision", value: `${decision.reference} by ${decision.decider}` },
          ...(decision.imposed ? [{ name: "Imposed", value: decision.imposed }] : []),
          ...(decision.recommendedThen ? [{ name: "The ladder then", value: decision.recommendedThen }] : []),
          ...(decision.recommendedNow
            ? [{ name: "Without void strikes", value: decision.recommendedNow === decision.recommendedThen ? "the same" : <strong className="font-semibold">{decision.recommendedNow}</strong> }]
            : []),
          ...decision.voided.map((strike) => ({
            key: strike.decisionReference,
            name: "Voided",
            value: (
              <>
                {strikeInWords(strike.weight)} of {strike.decisionReference} ({strike.clauseCode}), <Time at={strike.voidedAt} {...seen} brief />
                {strike.reason ? `: ${strike.reason}` : ""}
              </>
            ),
          })),
          ...decision.actions.map((action) => ({
            key: action.id,
            name: action.active ? "In effect" : "Ended",
            value: (
              <>
                {action.words} <TextLink to={`/actions/${action.id}`}>{action.reference}</TextLink>
              </>
            ),
          })),
        ]}
      />
    </section>
  );
}

function Ending({ review, stamp, keptReason, leaks }: { review: ReviewPanelData; stamp: FormStamp; keptReason: string | undefined; leaks: readonly Finding[] }) {
  const busy = useNavigation().state !== "idle";
  if (review.decisions.some(({ own }) => own)) return <p className="text-sm text-muted">You made, approved or changed what was decided here. Somebody else has to review it.</p>;
  if (!review.mayClose) return <p className="text-sm text-muted">Whoever may decide cases can end this review.</p>;
  const standing = review.decisions.length > 0;
  return (
    <Form method="post" preventScrollReset className="grid gap-3">
      <StampFields stamp={stamp} />
      <RadioGroup
        id="review-result"
        name="result"
        label="How it ends"
        required
        defaultValue="stands"
        options={[
          { value: "stands", label: "It stands", hint: standing ? "As it is now. For a milder measure, change the action on its page instead; somebody else then ends the review." : "Nothing was decided that could be taken back." },
          ...(standing
            ? [{ value: "redecided", label: "Take it back and decide again", hint: "The action ends and the gate opens at once, its strike is void, the account holder and the reporters are told. You hold the case, to decide it anew." }]
            : []),
        ]}
      />
      <LeakFindings id="review-leaks" findings={leaks} />
      <TextareaField id="review-reason" name="reason" label="Why" hint="Kept on the case. Sent to the account holder if the decision is taken back." rows={2} required maxLength={4000} defaultValue={keptReason} />
      <div>
        <Button type="submit" name="intent" value="review" variant="primary" disabled={busy}>
          End the review
        </Button>
      </div>
    </Form>
  );
}

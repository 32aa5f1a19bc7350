import { Form, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Deadline } from "~/components/time";
import { LeakFindings } from "../notices/leak-findings";
import type { Finding } from "../notices/leak-guard";
import type { UndoOffer } from "./undo.queries.server";

const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Taking one's own decision back while there is time, with who will hear of it before it is pressed. */
export function UndoPanel({ offer, seen, keptReason, leaks }: { offer: UndoOffer; seen: { now: string; zone: string }; keptReason: string | undefined; leaks: readonly Finding[] }) {
  const busy = useNavigation().state !== "idle";
  return (
    <Panel title={`Undo decision ${offer.reference}`} id="undo">
      <div className="grid gap-3">
        <Deadline kind="closes" at={offer.endsAt} {...seen} soonHours={1} />
        <ul className="grid list-disc gap-1 pl-5 text-sm">
          {offer.actions.map((action) => (
            <li key={action}>Taken back: {action}.</li>
          ))}
          {offer.opensGate ? <li>The gate opens at once, as far as nothing else shuts it.</li> : null}
          {offer.strikes > 0 ? <li>{counted(offer.strikes, "strike")} voided{offer.forReview > 0 ? `, and ${counted(offer.forReview, "later decision")} that counted it put up for review` : ""}.</li> : null}
          <li>{toldHolder(offer)}</li>
          <li>
            {offer.reporters === 0 ? "No reporter was told." : `${offer.reportersTold} of ${counted(offer.reporters, "reporter")} left an address and will hear that we look again.`}
          </li>
          {offer.interimEnded ? <li>The interim measure that the decision ended does not come back by itself.</li> : null}
          <li>You hold the case again, to decide it anew.</li>
        </ul>
        <Form method="post" preventScrollReset className="grid gap-3">
          <input type="hidden" name="decisionId" value={offer.decisionId} />
          <LeakFindings id="undo-leaks" findings={leaks} />
          <TextareaField id="undo-reason" name="reason" label="Why you take it back" hint={offer.holderAddresses > 0 ? "Sent to the account holder." : "Kept on the case."} rows={2} required maxLength={4000} defaultValue={keptReason} />
          <div>
            <Button type="submit" name="intent" value="undo" variant="danger" disabled={busy} keys="u">
              Undo the decision
            </Button>
          </div>
        </Form>
      </div>
    </Panel>
  );
}

function toldHolder({ actions, holderAddresses }: UndoOffer): string {
  if (actions.length === 0) return "The account holder was told nothing and is told nothing.";
  return holderAddresses > 0 ? `The account holder is told at ${counted(holderAddresses, "address", "addresses")}, with your reason.` : "The account holder was not told, and is not told now.";
}

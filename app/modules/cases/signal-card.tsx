import { TextLink } from "~/components/link";
import { Facts } from "~/components/panel";
import { Time } from "~/components/time";
import { figure, measuresInWords, ruleTitle } from "../signals/signal-words";
import type { SignalView } from "./case-page.schema";
import type { Seen } from "./report-card";

/** Where no event is listed, the rule counted them in its window; a tie to another account rests on none. */
function provenBy({ eventCount, measures }: SignalView): string {
  if (Object.hasOwn(measures, "shared")) return "What it shares with another account";
  return eventCount === 0 ? "What it counted" : `${figure(eventCount)} ${eventCount === 1 ? "event" : "events"}`;
}

/** One machine finding: the rule, what it saw against its threshold, with numerator and denominator. */
export function SignalCard({ signal, seen }: { signal: SignalView; seen: Seen }) {
  const measures = measuresInWords(signal.measures);
  return (
    <article aria-label={`Signal: ${ruleTitle(signal.rule)}`} className="grid gap-2 border-t border-line p-4 text-sm first:border-t-0">
      <header className="flex flex-wrap items-center gap-x-3">
        <h3 className="font-semibold">{ruleTitle(signal.rule)}</h3>
        <span className="text-muted">rule version {signal.ruleVersion}</span>
        <span className="ml-auto text-muted">
          <Time at={signal.createdAt} {...seen} brief />
        </span>
      </header>
      {signal.retractedAt && (
        <p>
          Taken back <Time at={signal.retractedAt} {...seen} brief />: later news did not bear it out. It does not count.
        </p>
      )}
      {!signal.retractedAt && signal.mode === "signal_and_interim" && <p>The rule proposes interim measures. What it proposed, and how that was answered, stands in the timeline.</p>}
      {signal.ambiguous && <p className="text-muted">Rests on contacts who may be in several time zones; it is a breach in each of them.</p>}
      <Facts
        facts={[
          { name: "Observed", value: `${figure(signal.observed)}, threshold ${figure(signal.threshold)}` },
          ...(measures.length > 0 ? [{ name: "Measured", value: measures.join(", ") }] : []),
          {
            name: "Window",
            value: (
              <>
                <Time at={signal.windowStart} {...seen} brief /> to <Time at={signal.windowEnd} {...seen} brief />
              </>
            ),
          },
          { name: "Proven by", value: <TextLink to={`/signals/${signal.id}`}>{provenBy(signal)}</TextLink> },
          { name: "Clause", value: `${signal.clauseTitle ?? ""} ${signal.clauseCode}`.trim() },
        ]}
      />
    </article>
  );
}

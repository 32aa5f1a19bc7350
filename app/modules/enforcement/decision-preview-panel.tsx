import { Ban, CircleCheck, Mail, ShieldAlert } from "lucide-react";
import { Callout } from "~/components/flash";
import { absoluteTime } from "~/components/time-format";
import { leakKindNames } from "../notices/leak-guard";
import { decidedInWords, strikeInWords } from "./decided-measure";
import type { DecisionPreview, GateChange, PreviewedMessage } from "./decision-preview";

/** What a decision would do and tell, message by message: the last look before it is done. */
export function DecisionPreviewPanel({ preview, zone, approving = false }: { preview: DecisionPreview; zone: string; /** The second person looks at it. */ approving?: boolean }) {
  const changed = preview.gate.filter(({ before, after }) => before.allowed !== after.allowed || before.reasonCode !== after.reasonCode || before.from !== after.from || before.until !== after.until);
  return (
    <div className="grid gap-3">
      {preview.plan?.needsApproval && !approving ? (
        <Callout tone="warn" title="A second person has to agree">
          Nothing takes effect and nobody is told until then. The proposal lapses after 72 hours.
        </Callout>
      ) : null}
      {preview.withheld ? (
        <Callout tone="warn" title="The account holder is told nothing">
          The referral carries the no-tip-off flag. No appeal window opens.
        </Callout>
      ) : null}
      {preview.accountHasNoAddress && !preview.withheld ? (
        <Callout tone="warn" title="This account has no address">
          The statement of reasons cannot be sent, so the time to appeal does not start.
        </Callout>
      ) : null}
      {preview.confirmedLeaks.length > 0 ? (
        <Callout tone="warn" title="Confirmed not to be a leak">
          <ul className="list-disc pl-5 text-sm">
            {preview.confirmedLeaks.map(({ kind, found, reason }, index) => (
              <li key={index} className="wrap-anywhere">
                <mark>{found}</mark> ({leakKindNames[kind].toLowerCase()}): {reason}
              </li>
            ))}
          </ul>
        </Callout>
      ) : null}
      <Effects preview={preview} changed={changed} zone={zone} />
      <Messages title="To the account holder" messages={preview.toAccountHolder} none="Nothing is sent to the account holder." />
      <Messages title="To the reporters" messages={preview.toReporters} none="No reporter left an address." />
      {preview.reportersWithoutAddress > 0 ? (
        <p className="text-sm text-muted">
          {preview.reportersWithoutAddress} {preview.reportersWithoutAddress === 1 ? "reporter" : "reporters"} left no address and will see the outcome on the status page.
        </p>
      ) : null}
    </div>
  );
}

function Effects({ preview, changed, zone }: { preview: DecisionPreview; changed: readonly GateChange[]; zone: string }) {
  const { plan } = preview;
  return (
    <section aria-label="What changes" className="grid gap-1 text-sm">
      <h3 className="font-semibold">What changes</h3>
      <ul className="grid gap-1">
        {plan ? <Line icon="strike">{capital(measureOf(plan, preview.gate))}</Line> : null}
        {plan ? (
          <Line icon="strike">
            A {strikeInWords(plan.strike.weight)}, until {absoluteTime(plan.strike.expiresAt, zone)}
          </Line>
        ) : null}
        {preview.interimEnding.map((reference) => (
          <Line key={reference} icon="allow">
            Interim measure {reference} ends
          </Line>
        ))}
        {grouped(changed, preview.gate.length, zone).map(({ allowed, names, outcome }) => (
          <Line key={outcome} icon={allowed ? "allow" : "deny"}>
            {names}: {outcome}
          </Line>
        ))}
        {changed.length === 0 ? <Line icon="allow">Nothing at the gate: every feature stays as it is.</Line> : null}
      </ul>
    </section>
  );
}

const measureOf = ({ measure, recommendation, lawEnforcementReferral }: NonNullable<DecisionPreview["plan"]>, gate: readonly GateChange[]): string =>
  decidedInWords({ measure, recommended: recommendation.measure, lawEnforcementReferral }, Object.fromEntries(gate.map(({ feature, name }) => [feature, name])));

/** Features that fare alike, told in one line. */
function grouped(changed: readonly GateChange[], all: number, zone: string): { allowed: boolean; names: string; outcome: string }[] {
  const outcomeOf = ({ after }: GateChange) => (after.allowed ? "allowed again" : `denied${after.from ? ` from ${absoluteTime(after.from, zone)}` : ""}${after.until ? ` until ${absoluteTime(after.until, zone)}` : ", with no end"}`);
  const outcomes = [...new Set(changed.map(outcomeOf))];
  return outcomes.map((outcome) => {
    const alike = changed.filter((change) => outcomeOf(change) === outcome);
    const names = alike.length === all ? `Every feature (${all})` : capital(alike.map(({ name }) => name).join(", "));
    return { allowed: alike.every(({ after }) => after.allowed), names, outcome };
  });
}

const capital = (text: string): string => text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());

const icons = { allow: CircleCheck, deny: Ban, strike: ShieldAlert };

function Line({ icon, children }: { icon: keyof typeof icons; children: React.ReactNode }) {
  const Icon = icons[icon];
  return (
    <li className="flex gap-2">
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
      <span className="min-w-0">{children}</span>
    </li>
  );
}

function Messages({ title, messages, none }: { title: string; messages: readonly PreviewedMessage[]; none: string }) {
  return (
    <section className="grid gap-2">
      <h3 className="text-sm font-semibold">{title}</h3>
      {messages.length === 0 ? <p className="text-sm text-muted">{none}</p> : null}
      {messages.map((message, index) => (
        <details key={`${message.to}-${index}`} className="rounded-md border border-line">
          <summary className="flex cursor-pointer gap-2 px-3 py-2 text-sm">
            <Mail aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-muted" />
            <span className="min-w-0">
              <span className="block font-medium wrap-anywhere">{message.subject}</span>
              <span className="text-muted">to {message.to}</span>
            </span>
          </summary>
          <pre lang={message.language} tabIndex={0} aria-label={`Text of: ${message.subject}`} className="max-h-96 overflow-auto border-t border-line bg-sunken p-3 font-sans text-sm whitespace-pre-wrap wrap-anywhere">
            {message.text}
          </pre>
        </details>
      ))}
    </section>
  );
}

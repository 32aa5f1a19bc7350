import { Callout } from "~/components/flash";
import { absoluteTime } from "~/components/time-format";
import type { AnswerPreview } from "./preview-answer.server";
import type { GateChange, PreviewedMessage } from "./preview-replacement.server";

export function GateChanges({ gate, zone }: { gate: readonly GateChange[]; zone: string }) {
  return (
    <>
      {gate.length === 0 ? <li>The gate stays as it is.</li> : null}
      {gate.map(({ name, denied, after }) => (
        <li key={name}>
          {name}: {denied ? `denied${after ? ` until ${absoluteTime(after, zone)}` : ", with no end"}` : "allowed again"}
        </li>
      ))}
    </>
  );
}

/** What the account holder is sent, or why nothing is. */
export function HolderMessages({ messages, withheld }: { messages: readonly PreviewedMessage[]; withheld: boolean }) {
  return (
    <>
      {withheld ? <p>The account holder is told nothing: the no-tip-off flag stands.</p> : null}
      {!withheld && messages.length === 0 ? <p>The account has no address, so nobody can be told and no time to appeal starts.</p> : null}
      {messages.map((message) => (
        <details key={message.to} className="rounded-md border border-line">
          <summary className="cursor-pointer px-3 py-2">
            {message.subject} <span className="text-muted">to {message.to}</span>
          </summary>
          <pre tabIndex={0} aria-label={`Text of: ${message.subject}`} className="max-h-96 overflow-auto border-t border-line bg-sunken p-3 font-sans whitespace-pre-wrap wrap-anywhere">
            {message.text}
          </pre>
        </details>
      ))}
    </>
  );
}

/** Exactly what approving does now, for who is to approve it. */
export function AnswerEffects({ preview, zone }: { preview: AnswerPreview; zone: string }) {
  if (preview.problem !== null) return <Callout tone="warn">{preview.problem}</Callout>;
  return (
    <section aria-label="What approving does, now" className="grid gap-2 rounded-md border border-line p-3 text-sm">
      <h3 className="font-semibold">What approving does, now</h3>
      <ul className="grid list-disc gap-1 pl-5">
        <li>It ends {preview.endsAt ? absoluteTime(preview.endsAt, zone) : "at no set time"}.</li>
        <GateChanges gate={preview.gate} zone={zone} />
      </ul>
      <HolderMessages messages={preview.messages} withheld={preview.withheld} />
    </section>
  );
}

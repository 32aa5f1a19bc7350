import { Form } from "@remix-run/react";
import { EyeOff, ShieldQuestion } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "~/components/badge";
import { Button } from "~/components/button";
import { TextareaField, InputField } from "~/components/inputs";
import { Facts } from "~/components/panel";
import { Day, Time } from "~/components/time";
import type { ReportView } from "./case-page.schema";
import { EvidenceFiles } from "./evidence-files";
import { unprovenReply, type MessageDirection } from "./message-direction";
import type { RevealedReport } from "./reveal-reporter.server";
import { WaveLine } from "./wave-mark";

const kinds: Record<string, string> = {
  anonymous: "Anonymous",
  email: "Left an address",
  business: "A business",
  trusted_flagger: "Trusted flagger",
};

export interface Seen {
  now: string;
  zone: string;
}

/** What every form about a case carries: which case, its version, and the newest entry the page showed. */
export interface FormStamp {
  caseId: string;
  version: number;
  newestEventId: string | null;
}

export function StampFields({ stamp }: { stamp: FormStamp }) {
  return (
    <>
      <input type="hidden" name="caseId" value={stamp.caseId} />
      <input type="hidden" name="version" value={stamp.version} />
      <input type="hidden" name="seen" value={stamp.newestEventId ?? ""} />
    </>
  );
}

/** One report: what it says, what proves it, who sent it (masked), and the conversation. */
export function ReportCard({
  report,
  folded,
  seen,
  stamp,
  mayWork,
  holds,
  revealed,
}: {
  report: ReportView;
  folded: boolean;
  seen: Seen;
  stamp: FormStamp;
  mayWork: boolean;
  holds: boolean;
  revealed: RevealedReport | null;
}) {
  return (
    <article aria-label={`Report ${report.reference}`} className="grid gap-3 border-t border-line p-4 first:border-t-0">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <h3 className="font-mono font-semibold">{report.reference}</h3>
        <Badge>{report.channel}</Badge>
        {report.clauseCode ? (
          <span>
            {report.clauseTitle ?? "Clause"} <span className="font-mono text-xs text-muted">{report.clauseCode}</span>
          </span>
        ) : null}
        <span className="ml-auto text-muted">
          <Time at={report.receivedAt} {...seen} brief />
        </span>
      </header>

      <Folded when={folded}>
        <p className="text-base whitespace-pre-wrap wrap-anywhere">{report.description}</p>
        {report.messageText ? (
          <blockquote className="mt-2 border-l-4 border-line bg-sunken px-3 py-2 text-sm whitespace-pre-wrap wrap-anywhere">
            {report.messageText}
          </blockquote>
        ) : null}
      </Folded>

      {report.wave ? <WaveLine wave={report.wave} /> : null}

      {report.files.length > 0 ? <EvidenceFiles files={report.files} zone={seen.zone} /> : null}

      <Facts
        facts={[
          ...(report.accusedName ? [{ name: "Names as sender", value: report.accusedName }] : []),
          ...(report.happenedAt ? [{ name: "Happened", value: report.happenedDayOnly ? <Day at={report.happenedAt} zone={seen.zone} /> : <Time at={report.happenedAt} {...seen} /> }] : []),
          { name: "Reporter", value: <Reporter report={report} revealed={revealed} /> },
          ...(report.language === "en" ? [] : [{ name: "Language", value: report.language }]),
        ]}
      />

      {report.messages.length > 0 ? (
        <ol aria-label="Conversation with the reporter" className="grid gap-2">
          {report.messages.map((message) => (
            <li key={message.id} className="rounded-md bg-sunken px-3 py-2 text-sm">
              <p className="text-xs text-muted">
                {sayWhoWrote(message)} ·{" "}
                <Time at={message.at} {...seen} brief />
              </p>
              <Folded when={folded && message.direction !== "to_reporter"}>
                <p className="whitespace-pre-wrap wrap-anywhere">{message.text}</p>
              </Folded>
            </li>
          ))}
        </ol>
      ) : null}

      {mayWork ? (
        <div className="flex flex-wrap items-start gap-x-4 gap-y-1 text-sm">
          {holds && report.hasAddress && report.state === "attached" ? <AskForm report={report} stamp={stamp} /> : null}
          {(report.hasAddress || report.phoneCount > 0) && !revealed ? <RevealForm report={report} stamp={stamp} /> : null}
        </div>
      ) : null}
    </article>
  );
}

function sayWhoWrote({ direction, by }: { direction: MessageDirection; by: string | null }): string {
  return direction === "to_reporter" ? `${by ?? "Staff"} asked` : direction === "from_reporter" ? "The reporter answered" : unprovenReply;
}

function Folded({ when, children }: { when: boolean; children: ReactNode }) {
  if (!when) return <div>{children}</div>;
  return (
    <details className="rounded-md border border-dashed border-edge p-2">
      <summary className="flex list-none items-center gap-2 text-sm text-muted [&::-webkit-details-marker]:hidden">
        <EyeOff aria-hidden="true" className="size-4" /> This text may be disturbing. Show it
      </summary>
      <div className="mt-2">{children}</div>
    </details>
  );
}

function Reporter({ report, revealed }: { report: ReportView; revealed: RevealedReport | null }) {
  if (!revealed) {
    return (
      <>
        {kinds[report.reporterKind ?? "anonymous"] ?? report.reporterKind}
        {report.hasAddress ? " · hidden" : ""}
        {report.phoneCount > 0 ? ` · ${report.phoneCount} ${report.phoneCount === 1 ? "number" : "numbers"} hidden` : ""}
      </>
    );
  }
  return (
    <span className="grid">
      {revealed.name ? <span>{revealed.name}</span> : null}
      {revealed.email ? <span>{revealed.email}</span> : null}
      {revealed.phones.map((phone) => (
        <span key={phone}>{phone} (named in the report)</span>
      ))}
      <span className="text-xs text-muted">Your look is on record. Reload the page to hide this again.</span>
    </span>
  );
}

function AskForm({ report, stamp }: { report: ReportView; stamp: FormStamp }) {
  return (
    <details className="w-full sm:w-auto">
      <summary className="w-fit text-accent underline underline-offset-2">Ask the reporter for more</summary>
      <Form method="post" className="mt-2 grid max-w-prose gap-3">
        <StampFields stamp={stamp} />
        <input type="hidden" name="reportId" value={report.id} />
        <TextareaField
          id={`question-${report.id}`}
          name="question"
          label="What do you need to know?"
          hint="They get this text by mail with their private link. The case waits until they answer or you go on."
          required
          maxLength={2000}
        />
        <div>
          <Button type="submit" name="intent" value="ask" variant="primary" size="sm">
            Send the question
          </Button>
        </div>
      </Form>
    </details>
  );
}

function RevealForm({ report, stamp }: { report: ReportView; stamp: FormStamp }) {
  return (
    <details>
      <summary className="flex w-fit list-none items-center gap-1 text-accent underline underline-offset-2 [&::-webkit-details-marker]:hidden">
        <ShieldQuestion aria-hidden="true" className="size-4" /> Show who sent it
      </summary>
      <Form method="post" preventScrollReset className="mt-2 grid max-w-prose gap-3">
        <StampFields stamp={stamp} />
        <input type="hidden" name="reportId" value={report.id} />
        <InputField
          id={`reveal-${report.id}`}
          name="reason"
          label="Why do you need to know?"
          hint="This is kept in the audit trail, with your name."
          required
          maxLength={2000}
          autoComplete="off"
        />
        <div>
          <Button type="submit" name="intent" value="reveal" size="sm">
            Show it this once
          </Button>
        </div>
      </Form>
    </details>
  );
}

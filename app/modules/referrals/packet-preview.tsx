import { Facts, Panel } from "~/components/panel";
import { TextLink } from "~/components/link";
import { absoluteTime } from "~/components/time-format";
import { givenWords } from "./packet-content";
import type { ReferralPage } from "./referrals.queries.server";

const roleWords: Record<string, string> = { reporter: "a reporter", other_account: "another account", named_by_staff: "named by staff", address_or_number: "an address or number in the texts" };
const placesInWords = (places: number): string => (places === 0 ? "not named in the texts" : places === 1 ? "in one place" : `in ${places} places`);

/** What the agency will read, or got, after redaction. Times are the platform's; the packet writes them in UTC. */
export function PacketPreview({ page }: { page: Pick<ReferralPage, "reference" | "content" | "periodFrom" | "periodTo" | "frozen"> }) {
  const { content } = page;
  const on = (at: string) => <time dateTime={at} className="text-muted">{absoluteTime(at, content.zone)}</time>;
  return (
    <Panel title={page.frozen ? "What was approved" : "What the agency will read"} id="preview">
      <div className="grid gap-4 text-sm">
        <Facts facts={[{ name: "To", value: content.to.agency || "nobody yet" }, { name: "Legal basis", value: content.to.legalBasis }, { name: "About", value: `${content.subject.businessName} (${content.subject.account})` }, { name: "Period", value: `${page.periodFrom} to ${page.periodTo}, both days included` }]} />
        <p className="whitespace-pre-wrap wrap-anywhere">{content.narrative || "Nothing is written yet."}</p>
        {content.reports.length === 0 ? <p className="text-muted">No report goes along.</p> : null}
        {content.reports.map((report) => (
          <section key={report.reference} className="grid gap-1 border-t border-line pt-2">
            <h3 className="font-semibold">Report {report.reference}, by {report.by}</h3>
            <p>{on(report.receivedAt)}</p>
            <p className="whitespace-pre-wrap wrap-anywhere">{report.description}</p>
            {report.messageText ? <blockquote className="border-l-2 border-line pl-3 whitespace-pre-wrap wrap-anywhere">{report.messageText}</blockquote> : null}
            {report.messages.map(({ at, by, text }) => <p key={at + by} className="whitespace-pre-wrap wrap-anywhere">{by}, {on(at)}: {text}</p>)}
          </section>
        ))}
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Evidence ({content.evidence.length})</h3>
          {content.evidence.length === 0 ? <p className="text-muted">No file goes along.</p> : null}
          <ul className="grid gap-2">
            {content.evidence.map(({ number, id, name, given, reason, text, rendition }) => (
              <li key={number} className="wrap-anywhere">
                {number} {name}: {givenWords[given]}{reason ? ` – ${reason}` : ""}{rendition ? <> – {rendition.done}. <TextLink to={`/referrals/${page.reference}/${given === "redacted_pages" ? "pages" : "pictures"}/${id}`}>Look at it</TextLink></> : null}
                {text ? <pre className="mt-1 max-h-48 overflow-auto rounded-md bg-sunken p-2 whitespace-pre-wrap" tabIndex={0}>{text}</pre> : null}
              </li>
            ))}
          </ul>
        </section>
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Timeline ({content.timeline.length})</h3>
          {content.timeline.length === 0 ? <p className="text-muted">Nothing happened in this period.</p> : null}
          <ol className="grid gap-1">{content.timeline.map(({ at, by, what }, index) => <li key={index} className="wrap-anywhere">{on(at)} · {by}: {what}</li>)}</ol>
        </section>
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Who is hidden ({content.people.length})</h3>
          {content.people.length === 0 ? <p className="text-muted">The texts name nobody but the subject.</p> : null}
          <ul>{content.people.map(({ pseudonym, role, places }) => <li key={pseudonym}>{pseudonym}: {roleWords[role] ?? role}, {placesInWords(places)}</li>)}</ul>
        </section>
      </div>
    </Panel>
  );
}

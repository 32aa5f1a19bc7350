import { Facts, Panel } from "~/components/panel";
import { givenWords } from "./packet-content";
import type { ReferralPage } from "./referrals.queries.server";

const roleWords: Record<string, string> = { reporter: "a reporter", other_account: "another account", named_by_staff: "named by staff", address_or_number: "an address or number in the texts" };

/** What the agency will read, word for word, after redaction. */
export function PacketPreview({ content }: { content: ReferralPage["content"] }) {
  return (
    <Panel title="What the agency will read" id="preview">
      <div className="grid gap-4 text-sm">
        <Facts facts={[{ name: "To", value: content.to.agency || "nobody yet" }, { name: "Legal basis", value: content.to.legalBasis }, { name: "About", value: `${content.subject.businessName} (${content.subject.account})` }, { name: "Period", value: `${content.period.from} to ${content.period.to}` }]} />
        <p className="whitespace-pre-wrap wrap-anywhere">{content.narrative || "Nothing is written yet."}</p>
        {content.reports.map((report) => (
          <section key={report.reference} className="grid gap-1 border-t border-line pt-2">
            <h3 className="font-semibold">Report {report.reference}, by {report.by}</h3>
            <p className="whitespace-pre-wrap wrap-anywhere">{report.description}</p>
            {report.messageText ? <blockquote className="border-l-2 border-line pl-3 whitespace-pre-wrap wrap-anywhere">{report.messageText}</blockquote> : null}
            {report.messages.map(({ at, by, text }) => <p key={at + by} className="whitespace-pre-wrap wrap-anywhere">{by}: {text}</p>)}
          </section>
        ))}
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Evidence ({content.evidence.length})</h3>
          <ul className="grid gap-2">
            {content.evidence.map(({ number, name, given, reason, text }) => (
              <li key={number} className="wrap-anywhere">
                {number} {name}: {givenWords[given]}{reason ? ` – ${reason}` : ""}
                {text ? <pre className="mt-1 max-h-48 overflow-auto rounded-md bg-sunken p-2 whitespace-pre-wrap" tabIndex={0}>{text}</pre> : null}
              </li>
            ))}
          </ul>
        </section>
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Timeline ({content.timeline.length})</h3>
          <ul>{content.timeline.map(({ at, by, what }, index) => <li key={index} className="wrap-anywhere">{at} {by}: {what}</li>)}</ul>
        </section>
        <section className="grid gap-1 border-t border-line pt-2">
          <h3 className="font-semibold">Who is hidden ({content.people.length})</h3>
          <ul>{content.people.map(({ pseudonym, role, places }) => <li key={pseudonym}>{pseudonym}: {roleWords[role] ?? role}, in {places} {places === 1 ? "place" : "places"}</li>)}</ul>
        </section>
      </div>
    </Panel>
  );
}

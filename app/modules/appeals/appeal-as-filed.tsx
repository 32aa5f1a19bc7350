import { Callout } from "~/components/flash";
import { Facts, Panel } from "~/components/panel";
import { Deadline, Time } from "~/components/time";
import { EvidenceFiles } from "../cases/evidence-files";
import { LateBadge } from "./appeal-labels";
import type { AppealPage } from "./appeal-page.queries.server";
import { inadmissibleReasonNames } from "./rule-on-appeal.schema";

const channels = { link: "The link in our message", form: "The public form, or mail that proves no sender", email: "Email" } as const;

/** What the account holder says: the right side of an appeal. */
export function AppealAsFiled({ page }: { page: AppealPage }) {
  const { appeal } = page;
  const time = { now: page.now, zone: page.zone };
  return (
    <Panel title="The appeal" aside={appeal.late ? <LateBadge /> : null}>
      <Facts
        className="**:whitespace-normal"
        facts={[
          { name: "Filed", value: <Time at={appeal.filedAt} {...time} /> },
          { name: "Came by", value: channels[appeal.channel] },
          ...(appeal.pause ? [{ name: "Clock", value: `Stands still since our question was handed over. ${appeal.pause.left ?? "Nothing"} left when it goes on.` }] : []),
          ...(appeal.live && !appeal.pause ? [{ name: "Clock", value: <Deadline at={appeal.due.at} left={appeal.due.left ?? undefined} computed={appeal.due.computed} soonHours={96} {...time} /> }] : []),
          ...(appeal.breachedAt ? [{ name: "Time limit", value: <>Missed: noted <Time at={appeal.breachedAt} {...time} /></> }] : []),
          { name: "Reviewer", value: appeal.reviewer ?? "Nobody yet" },
        ]}
      />
      {appeal.late ? (
        <Callout tone="warn" className="mt-4 text-sm">
          Filed after the time limit. It is heard like any other, unless you turn it down as late and say why.
        </Callout>
      ) : null}
      {appeal.unconfirmed ? (
        <Callout tone="info" className="mt-4 text-sm">
          It came by the public form or by mail that proves no sender, not confirmed by the account’s address: the mail there asks whether it is theirs. Hear it like any other. A ruling on it leaves them their own appeal.
        </Callout>
      ) : null}
      <h3 className="mt-4 mb-1 text-sm font-medium">Explanation</h3>
      <blockquote className="border-l-4 border-edge pl-3 text-sm whitespace-pre-wrap wrap-anywhere">{appeal.explanation}</blockquote>
      {appeal.statements.map((statement) => (
        <div key={statement.at} className="mt-4 text-sm">
          <h3 className="mb-1 font-medium">
            Added <Time at={statement.at} {...time} className="font-normal" />
          </h3>
          <blockquote className="border-l-4 border-edge pl-3 whitespace-pre-wrap wrap-anywhere">{statement.text}</blockquote>
        </div>
      ))}
      {appeal.files.length > 0 ? (
        <>
          <h3 className="mt-4 mb-1 text-sm font-medium">Files</h3>
          <EvidenceFiles files={appeal.files} zone={page.zone} />
        </>
      ) : null}
      {appeal.grounds ? (
        <>
          <h3 className="mt-4 mb-1 text-sm font-medium">
            Ruling by {appeal.ruledBy ?? "a colleague who left"}
            {appeal.ruledAt ? (
              <>
                , <Time at={appeal.ruledAt} {...time} className="font-normal" />
              </>
            ) : null}
          </h3>
          {appeal.inadmissibleReason ? <p className="mb-1 text-sm">Inadmissible: {inadmissibleReasonNames[appeal.inadmissibleReason]}.</p> : null}
          <blockquote className="border-l-4 border-accent pl-3 text-sm whitespace-pre-wrap wrap-anywhere">{appeal.grounds}</blockquote>
        </>
      ) : null}
    </Panel>
  );
}

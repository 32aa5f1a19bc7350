import { Form, Link } from "@remix-run/react";
import { Bot, UserRound } from "lucide-react";
import { Button } from "~/components/button";
import { TextareaField } from "~/components/inputs";
import { Time } from "~/components/time";
import { parseCaseEvent, sayCaseEvent, sayEventActor, writtenWords } from "./case-event";
import type { TimelineEntry } from "./case-page.schema";
import { type FormStamp, type Seen, StampFields } from "./report-card";

/** One entry: who, what, when, and the words they wrote. */
export function TimelineLine({ entry, seen }: { entry: TimelineEntry; seen: Seen }) {
  const event = parseCaseEvent(entry.kind, entry.data);
  const words = entry.note ?? (event ? writtenWords(event) : null);
  const Icon = entry.actorKind === "system" ? Bot : UserRound;
  const who = sayEventActor(entry);
  return (
    <li className="flex gap-3 px-4 py-2 text-sm">
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-faint" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="wrap-anywhere">
            {event?.kind === "opened" && entry.actorKind !== "staff" ? (
              "The case was opened"
            ) : (
              <>
                <span className="font-medium">{who}</span> {event ? sayCaseEvent(event, entry.actorKind) : entry.kind.replaceAll("_", " ")}
              </>
            )}
          </span>
          <span className="text-xs text-muted">
            <Time at={entry.at} {...seen} brief />
          </span>
        </p>
        {words ? <p className="mt-1 rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap wrap-anywhere">{words}</p> : null}
      </div>
    </li>
  );
}

/** The story of the case, newest first, with a note on top of it. */
export function CaseTimeline({
  entries,
  older,
  paged,
  reference,
  stamp,
  mayWork,
  keptNote,
  savedNote,
  seen,
}: {
  entries: readonly TimelineEntry[];
  older: string | null;
  /** The page shows older entries than the newest. */
  paged: boolean;
  reference: string;
  stamp: FormStamp;
  mayWork: boolean;
  keptNote: string | undefined;
  /** Changes with each note that was saved: the field starts empty again. */
  savedNote: string | undefined;
  seen: Seen;
}) {
  return (
    <>
      {mayWork && !paged ? (
        <Form method="post" key={savedNote} preventScrollReset className="grid gap-2 border-b border-line p-4">
          <StampFields stamp={stamp} />
          <TextareaField id="note" name="text" label="Note for colleagues" rows={2} required maxLength={10_000} defaultValue={keptNote} aria-keyshortcuts="n" />
          <div>
            <Button type="submit" name="intent" value="note" size="sm">
              Add note
            </Button>
          </div>
        </Form>
      ) : null}
      <ol aria-label="Timeline, newest first" className="divide-y divide-line">
        {entries.map((entry) => (
          <TimelineLine key={entry.id} entry={entry} seen={seen} />
        ))}
      </ol>
      {entries.length === 0 ? <p className="p-4 text-sm text-muted">Nothing has happened here yet.</p> : null}
      {older || paged ? (
        <nav aria-label="Pages of the timeline" className="flex justify-between gap-3 border-t border-line px-4 py-2 text-sm">
          {paged ? (
            <Link to={`/cases/${reference}#timeline`} className="text-accent underline underline-offset-2">
              Back to the newest
            </Link>
          ) : (
            <span />
          )}
          {older ? (
            <Link to={`/cases/${reference}?before=${older}#timeline`} className="text-accent underline underline-offset-2">
              Older entries
            </Link>
          ) : null}
        </nav>
      ) : null}
    </>
  );
}

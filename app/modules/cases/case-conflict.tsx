import { TriangleAlert } from "lucide-react";
import { takeFocus } from "~/components/take-focus";
import type { TimelineEntry } from "./case-page.schema";
import { TimelineLine } from "./case-timeline";
import type { Seen } from "./report-card";

/** A form was made from an older case: what happened since, before anything is tried again. Nothing was saved. */
export function CaseConflict({ changes, sentence, seen }: { changes: readonly TimelineEntry[]; sentence: string; seen: Seen }) {
  return (
    <section key={changes.map(({ id }) => id).join()} ref={takeFocus} tabIndex={-1} role="alert" aria-labelledby="conflict-title" className="mb-4 rounded-lg border-2 border-warn bg-surface">
      <header className="flex gap-3 bg-warn-soft px-4 py-3">
        <TriangleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-warn" />
        <div>
          <h2 id="conflict-title" className="font-semibold">
            This changed while you were working on it
          </h2>
          <p className="text-sm">{sentence} Nothing of yours was saved; what you wrote is still in its field.</p>
        </div>
      </header>
      <h3 className="px-4 pt-3 text-sm font-semibold">What happened since you opened the page</h3>
      <ol className="divide-y divide-line pb-1">
        {changes.map((entry) => (
          <TimelineLine key={entry.id} entry={entry} seen={seen} />
        ))}
      </ol>
      {changes.length === 0 ? <p className="px-4 pb-3 text-sm text-muted">Only its place in the queue or its holder changed.</p> : null}
    </section>
  );
}

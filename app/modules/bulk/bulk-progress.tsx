import { Form, Link, useNavigation } from "@remix-run/react";
import { Button } from "~/components/button";
import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { Panel } from "~/components/panel";
import { Progress } from "~/components/progress";
import { Deadline } from "~/components/time";
import { countedSubject, kindFacts, subjectsName } from "./bulk-kinds";
import type { BulkPage } from "./bulk.queries.server";

interface Shown {
  page: BulkPage;
  now: string;
  mine: boolean;
  mayRun: boolean;
  mayUndo: boolean;
  answer: { intent: string; errors: string[]; reason: string } | undefined;
}

/** Where it stands and what can be done about that. */
export function BulkProgress({ page, now, mine, mayRun, mayUndo, answer }: Shown) {
  const { counts, state, subject, total } = page;
  const will = counts.planned;
  const facts = kindFacts[page.input.kind];
  const toUndo = counts.done + counts.proposed;
  const untouched = total - counts.chosen - counts.planned;
  return (
    <Panel title={titles[state]} id="progress">
      <div className="grid gap-4">
        {page.problem ? <Callout tone="warn">{page.problem}</Callout> : null}
        {answer && answer.intent !== "undo" && answer.errors.length > 0 ? (
          <Callout tone="danger" role="alert">
            {answer.errors.join(" ")}
          </Callout>
        ) : null}
        {state === "preparing" ? (
          <>
            <Progress label="Worked out" value={total - counts.chosen} max={total} unit={subjectsName(subject)} />
            <Reload page={page} />
            {mayRun ? <Steer moves={[["cancel", "Stop and discard", "secondary"]]} /> : null}
          </>
        ) : null}
        {state === "ready" ? (
          <>
            <p>
              Nothing has been done yet. Starting does this to <strong>{countedSubject(subject, will)}</strong> of {total.toLocaleString("en-US")}
              {counts.blocked > 0 ? `; to ${counts.blocked.toLocaleString("en-US")} it cannot be done` : ""}. Whatever changes in the meantime is left alone and listed.
            </p>
            <p className="text-muted">{facts.undo ? `For ${page.undoMinutes} minutes after it ends, it can be undone. ${facts.undo}` : "This cannot be undone."}</p>
            {mayRun ? (
              <Steer
                moves={[
                  ...(mine !== page.asksForSecondPerson && will > 0 ? ([["start", `Start: ${countedSubject(subject, will)}`, "primary"]] as const) : []),
                  ["cancel", "Discard", "secondary"],
                ]}
              />
            ) : null}
            {page.asksForSecondPerson ? (
              <p>{mine ? "This platform wants a second person for bulk actions that decide: another lead looks at this and starts it." : `${page.by.name} prepared this. Starting it, you are the second person that this platform wants.`}</p>
            ) : mine ? null : (
              <p>{page.by.name} prepared this, and it is done in their name: only they can start it.</p>
            )}
          </>
        ) : null}
        {state === "running" || state === "paused" ? (
          <>
            <Progress label={state === "paused" ? "Done before the pause" : "Done so far"} value={untouched} max={total} unit={subjectsName(subject)} />
            {state === "running" ? <Reload page={page} /> : null}
            {mayRun ? <Steer moves={[...(state === "running" ? ([["pause", "Pause", "secondary"]] as const) : mine ? ([["resume", "Go on", "primary"]] as const) : []), ["cancel", "Cancel the rest", "danger"]]} /> : null}
          </>
        ) : null}
        {state === "undoing" ? (
          <>
            <Progress label="Undone so far" value={counts.undone + counts.kept} max={counts.undone + counts.kept + toUndo} unit={subjectsName(subject)} />
            <Reload page={page} />
          </>
        ) : null}
        {state === "finished" || state === "cancelled" || state === "undone" ? <Ended page={page} mine={mine} mayRun={mayRun} /> : null}
        {(state === "finished" || state === "cancelled") && toUndo > 0 ? <Undo page={page} now={now} mayUndo={mayUndo} answer={answer} /> : null}
      </div>
    </Panel>
  );
}

const titles = {
  preparing: "Working out what would happen",
  ready: "Look at this before you start",
  running: "Running",
  paused: "Paused",
  cancelled: "Cancelled",
  finished: "Finished",
  undoing: "Being undone",
  undone: "Undone",
} as const;

type Move = readonly [intent: string, label: string, variant: "primary" | "secondary" | "danger"];

function Steer({ moves }: { moves: readonly Move[] }) {
  const busy = useNavigation().state === "submitting";
  return (
    <Form method="post" className="flex flex-wrap gap-2">
      {moves.map(([intent, label, variant]) => (
        <Button key={intent} type="submit" name="intent" value={intent} variant={variant} disabled={busy}>
          {label}
        </Button>
      ))}
    </Form>
  );
}

/** The page follows by itself; this is the way without JavaScript. */
function Reload({ page }: { page: BulkPage }) {
  return (
    <p className="text-muted">
      It goes on when you leave this page.{" "}
      <Link to={`/bulk/${page.id}`} reloadDocument className="underline underline-offset-2">
        Look again now
      </Link>
    </p>
  );
}

function Ended({ page, mine, mayRun }: { page: BulkPage; mine: boolean; mayRun: boolean }) {
  const { counts, state, subject } = page;
  const parts = [
    [counts.done, "done"],
    [counts.proposed, "proposed to a second person"],
    [counts.undone, "undone"],
    [counts.kept, "left as they are"],
    [counts.refused, "refused"],
    [counts.failed, "failed"],
    [counts.blocked, "not possible from the start"],
    [counts.cancelled, "not done"],
  ] as const;
  const said = parts.flatMap(([count, what]) => (count > 0 ? [`${count.toLocaleString("en-US")} ${what}`] : []));
  return (
    <>
      <p>
        Of {countedSubject(subject, page.total)}: {said.join(", ") || "nothing was done"}.
      </p>
      {page.undoneBy ? (
        <p>
          Undone by {page.undoneBy}: <q>{page.undoReason}</q>
        </p>
      ) : null}
      {state === "finished" && counts.failed > 0 && mine && mayRun ? <Steer moves={[["retry", `Try the ${counts.failed.toLocaleString("en-US")} failed ones again`, "secondary"]]} /> : null}
    </>
  );
}

function Undo({ page, now, mayUndo, answer }: { page: BulkPage; now: string; mayUndo: boolean; answer: Shown["answer"] }) {
  const { undo } = kindFacts[page.input.kind];
  const open = page.undoClosesAt !== null && Date.parse(now) < Date.parse(page.undoClosesAt);
  const busy = useNavigation().state === "submitting";
  if (undo === null) return <p className="text-muted">This cannot be undone.</p>;
  if (!open || page.undoClosesAt === null) return <p className="text-muted">The {page.undoMinutes} minutes for undoing it have passed.</p>;
  const mine = answer?.intent === "undo" ? answer : undefined;
  return (
    <section aria-labelledby="undo-title" className="grid gap-3 border-t border-line pt-4">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <h3 id="undo-title" className="font-semibold">
          Undo it
        </h3>
        <Deadline kind="closes" at={page.undoClosesAt} now={now} zone="UTC" soonHours={1} />
      </div>
      <p>{undo} What somebody changed since is left as it is and listed.</p>
      {mayUndo ? (
        <Form method="post" className="grid gap-3">
          <TextareaField id="undo-reason" name="reason" label="Why it is undone" hint="Account holders read it where they were told." rows={2} required minLength={10} defaultValue={mine?.reason} errors={mine?.errors} />
          <div>
            <Button type="submit" name="intent" value="undo" variant="danger" disabled={busy}>
              Undo {countedSubject(page.subject, page.counts.done + page.counts.proposed)}
            </Button>
          </div>
        </Form>
      ) : (
        <p className="text-muted">Only a lead can undo it.</p>
      )}
    </section>
  );
}

import { Callout } from "~/components/flash";
import { TextareaField } from "~/components/inputs";
import { leakKindNames, shortestReason, strangerKindNames, type Finding } from "./leak-guard";

/**
 * What stands in the way of sending, finding by finding: where it is, what it is, and, where it can be something else, the
 * field to say so. It shows words of the writer's own text and nothing of any report.
 *
 * @param approvable a second person can have to approve it, and then reads why the words are no leak
 */
export function LeakFindings({ findings, id = "leaks", toStranger = false, approvable = true }: { findings: readonly Finding[]; id?: string; toStranger?: boolean; approvable?: boolean }) {
  if (findings.length === 0) return null;
  return (
    <section id={id} aria-label={toStranger ? "What could tell of somebody else" : "What could identify a reporter"} className="grid gap-3">
      <Callout tone="danger" title={toStranger ? "This could tell a stranger about somebody else" : "This could tell the account holder who reported them"}>
        Rewrite the marked words. If they mean something else, say what: the reason is kept in the audit trail{approvable ? ", and whoever approves this sees it" : ""}. A change of the text asks again.
      </Callout>
      <ol className="grid gap-4">
        {findings.map((finding, index) => (
          <li key={finding.token} className="grid gap-2 border-l-4 border-danger pl-3">
            <p className="text-sm font-medium">{(toStranger ? strangerKindNames : leakKindNames)[finding.kind]}</p>
            <ul className="grid gap-1 text-sm">
              {finding.places.map((place, at) => (
                <li key={at} className="wrap-anywhere">
                  <span className="text-muted">Line {place.line}: </span>
                  {place.before}
                  <mark>{finding.found}</mark>
                  {place.after}
                </li>
              ))}
            </ul>
            {finding.confirmable ? (
              <>
                <input type="hidden" name={`confirmed[${index}].token`} value={finding.token} />
                <TextareaField id={`${id}-${index}`} name={`confirmed[${index}].reason`} label="Why this is no leak" hint={`At least ${shortestReason} characters. Left empty: you rewrite it.`} rows={1} maxLength={500} />
              </>
            ) : (
              <p className="text-sm text-muted">This has to be rewritten.</p>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

import { Panel } from "~/components/panel";
import { Time } from "~/components/time";
import type { TemplateVersionView } from "./templates.queries.server";

const signs = { same: " ", added: "+", removed: "−" } as const;
const looks = { same: "", added: "bg-ok-soft", removed: "bg-danger-soft" } as const;

/** Who changed a text, when and why, with what became of each line. */
export function TemplateHistory({ history, now, zone }: { history: readonly TemplateVersionView[]; now: string; zone: string }) {
  return (
    <Panel title="History" id="history">
      {history.length === 0 ? <p className="text-sm text-muted">Nobody has changed this text. The product’s words are sent.</p> : null}
      <ol className="grid gap-3 text-sm">
        {history.map((version) => (
          <li key={version.number}>
            <details>
              <summary className="cursor-pointer">
                Version {version.number}
                {version.isProduct ? ", back to the product’s words" : ""}: {version.note}
              </summary>
              <p className="mt-1 text-muted">
                {version.by}, <Time at={version.at} now={now} zone={zone} />; used from <Time at={version.effectiveFrom} now={now} zone={zone} />
              </p>
              <pre className="mt-2 overflow-x-auto rounded-md border border-line p-2 text-xs whitespace-pre-wrap wrap-anywhere">
                {version.changes.map((change, index) => (
                  <span key={index} className={`block ${looks[change.kind]}`}>
                    {signs[change.kind]} {change.text}
                  </span>
                ))}
              </pre>
            </details>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

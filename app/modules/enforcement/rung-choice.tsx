import { Badge } from "~/components/badge";
import { cx } from "~/components/cx";
import { KeyHint } from "~/components/key-hint";
import type { DecisionPreview } from "./decision-preview";
import { rungNumbers } from "./ladder";

/**
 * The ladder as steps, with the account's place on it. The recommended rung is taken unless another is picked; the keys
 * 1 to 5 pick one. It is a group of radio buttons, so it works with no script and with any keyboard.
 */
export function RungChoice({ id, name, plan, rungs, chosen, shortcuts }: { id: string; name: string; plan: DecisionPreview["plan"]; rungs: readonly string[]; chosen: string; shortcuts: boolean }) {
  const recommended = plan?.recommendation.rung ?? null;
  return (
    <fieldset className="grid gap-2" aria-describedby={plan ? `${id}-why` : undefined}>
      <legend className="mb-1 text-sm font-medium">Rung</legend>
      {plan ? (
        <p id={`${id}-why`} className="text-sm">
          <span className="text-muted">The ladder says: </span>
          {plan.recommendation.explanation}
        </p>
      ) : null}
      <label className="flex gap-2">
        <input type="radio" id={`${id}-0`} name={name} value="" defaultChecked={chosen === ""} className="mt-1 size-4 shrink-0 accent-accent" />
        <span>
          As recommended
          {recommended ? <span className="text-muted"> (rung {recommended})</span> : null}
        </span>
      </label>
      <ol className="grid">
        {rungNumbers.map((rung) => (
          <li key={rung} className={cx("border-l-4 py-1 pl-3", recommended === null || rung > recommended ? "border-line" : rung === recommended ? "border-accent" : "border-edge")}>
            <label className="flex items-start gap-2">
              <input
                type="radio"
                id={`${id}-${rung}`}
                name={name}
                value={String(rung)}
                defaultChecked={chosen === String(rung)}
                aria-keyshortcuts={shortcuts ? String(rung) : undefined}
                className="mt-1 size-4 shrink-0 accent-accent"
              />
              <span className="min-w-0 flex-1 text-sm">
                <span className="font-medium">{rung}.</span> {capital(rungs[rung - 1] ?? "")}
              </span>
              {rung === recommended ? <Badge tone="accent">recommended</Badge> : null}
              {shortcuts ? <KeyHint keys={String(rung)} className="text-muted" /> : null}
            </label>
          </li>
        ))}
      </ol>
    </fieldset>
  );
}

const capital = (text: string): string => text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());

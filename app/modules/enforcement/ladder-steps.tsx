import { Badge } from "~/components/badge";
import { cx } from "~/components/cx";

const heights = ["sm:mt-16", "sm:mt-12", "sm:mt-8", "sm:mt-4", "sm:mt-0"];
const capital = (text: string): string => text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());

/** A ladder drawn as steps, mildest first. Where an account without strikes stands is marked in words and by the line. */
export function LadderSteps({ label, rungs, firstRung, faded = false }: { label: string; rungs: readonly string[]; firstRung: number; faded?: boolean }) {
  return (
    <ol aria-label={label} className="grid gap-2 sm:grid-cols-5 sm:items-stretch">
      {rungs.map((rung, index) => (
        <li
          key={index}
          className={cx(
            "min-w-0 rounded-md border border-t-4 border-line bg-canvas px-3 py-2 text-sm",
            heights[index],
            index + 1 === firstRung ? "border-t-accent" : index + 1 > firstRung ? "border-t-edge" : "border-t-line",
            (faded || index + 1 < firstRung) && "text-muted",
          )}
        >
          <span className="flex flex-wrap items-center gap-2">
            <span className="font-semibold tabular-nums">{index + 1}</span>
            {index + 1 === firstRung ? <Badge tone="accent">starts here</Badge> : null}
          </span>
          <span className="block wrap-anywhere">{capital(rung)}</span>
        </li>
      ))}
    </ol>
  );
}
